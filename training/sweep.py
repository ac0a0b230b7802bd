"""Which hyperparameters have the lowest validation loss: a search that can be continued.

Optuna (Akiba et al., KDD 2019) proposes each trial from the results of those before it, by tree-
structured Parzen estimators (Bergstra et al. 2011), and stops a trial whose validation loss at an
evaluation is above the median of the others there. Everything is saved in a SQLite file as it
happens.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import BaseTrial, FrozenTrial, TrialState

from training.data import DataError, Dataset
from training.fit import fit
from training.models import Network
from training.options import Option, options_of
from training.recipe import Recipe
from training.sequences import sequences
from training.snapshot import History
from training.trainer import build, deterministic

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
SQLITE = b"SQLite format 3\0"
STARTUP = 5
"""The first trials, which are drawn at random and never stopped."""

OnTrial = Callable[[optuna.Study, int, History], None]
"""Told the study, the step of the present trial, and its history."""


def searched(dataclass_type: Any) -> dict[str, Option]:
    """The options of a config or a recipe that are searched; the rest stay at their defaults."""
    options = options_of(dataclass_type).items()
    return {name: option for name, option in options if option.search}


def suggest(trial: BaseTrial, name: str, option: Option) -> int | float:
    """The value that a trial has for an option."""
    search = option.search
    assert search is not None
    if option.kind is int:
        low, high, step = int(search.low), int(search.high), int(search.step or 1)
        return trial.suggest_int(name, low, high, step=step)
    value = trial.suggest_float(name, search.low, search.high, step=search.step, log=search.log)
    return round(value, 2) if search.step else value


def open_study(
    kind: type[Network], dataset: Dataset, recipe: Recipe, storage: Path
) -> optuna.Study:
    """The study of an architecture on a data set with a recipe: what was found before is in it.

    Raises DataError for a file that is not SQLite's.
    """
    if storage.exists():
        with storage.open("rb") as file:
            if file.read(len(SQLITE)) not in (SQLITE, b""):
                raise DataError(f"{storage}: is not the SQLite file of a search")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    rates = searched(Recipe)
    fixed = {name: value for name, value in asdict(recipe).items() if name not in rates}
    data = f"{dataset.description['sha256'][:12]} {dataset.description['split']}"
    name = f"{kind.architecture} on {data}: {fixed}"
    study = optuna.create_study(
        storage=f"sqlite:///{storage}",
        study_name=name,
        load_if_exists=True,
        pruner=optuna.pruners.MedianPruner(STARTUP, n_warmup_steps=recipe.check_every),
    )
    # A seed for where it stands: the same trials follow, however often it was stopped.
    seed = recipe.seed + len(finished(study))
    study.sampler = optuna.samplers.TPESampler(n_startup_trials=STARTUP, seed=seed)
    return study


def finished(study: optuna.Study) -> list[FrozenTrial]:
    """The trials that came to an end, or were stopped."""
    return study.get_trials(deepcopy=False, states=FINISHED)


def best_trials(study: optuna.Study) -> list[FrozenTrial]:
    """The trials that came to an end, the best first."""
    ended = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return sorted(ended, key=lambda trial: trial.value or 0.0)


def other_trials(study: optuna.Study, storage: Path) -> int:
    """How many trials of other searches lie in the same file."""
    summaries = optuna.get_all_study_summaries(f"sqlite:///{storage}")
    return sum(each.n_trials for each in summaries if each.study_name != study.study_name)


def chosen(kind: type[Network], trial: FrozenTrial) -> dict[str, int | float]:
    """The hyperparameters that a trial was run with."""
    options = searched(kind.config_type) | searched(Recipe)
    as_fixed = optuna.trial.FixedTrial(trial.params)
    return {name: suggest(as_fixed, name, options[name]) for name in trial.params}


def run_trial(
    study: optuna.Study,
    kind: type[Network],
    dataset: Dataset,
    recipe: Recipe,
    on_step: OnTrial,
) -> None:
    """One trial more. An interrupt ends it, and it counts for nothing."""
    trial = study.ask()
    sizes, rates = (
        {name: suggest(trial, name, option) for name, option in searched(each).items()}
        for each in (kind.config_type, Recipe)
    )
    config = kind.config_type(**sizes)
    recipe = replace(recipe, **rates)  # type: ignore[arg-type]
    network = build(kind, dataset.alphabet.vocab_size, config, recipe.seed)
    train, validation = (
        sequences(names, dataset.alphabet)
        for names in (dataset.parts.train, dataset.parts.validation)
    )

    def report(step: int, history: History) -> None:
        on_step(study, step, history)
        if history.steps and history.steps[-1] == step:
            trial.report(history.validation[-1], step)
            if trial.should_prune():
                raise optuna.TrialPruned

    try:
        with deterministic():
            history = fit(network, train, validation, recipe, report)
    except (optuna.TrialPruned, FloatingPointError):
        study.tell(trial, state=TrialState.PRUNED)
        return
    except BaseException:
        study.tell(trial, state=TrialState.FAIL)
        raise
    if history.steps[-1] < recipe.steps:
        study.tell(trial, state=TrialState.FAIL)
        raise KeyboardInterrupt
    study.tell(trial, min(history.validation))
