"""Which hyperparameters are best, by validation loss: a search that can be gone on with.

Optuna (Akiba et al., KDD 2019) proposes each trial from what the ones before it gave, by tree-
structured Parzen estimators (Bergstra et al. 2011), and a trial that is doing worse at a look
than the median of the others did there is stopped. Everything is in a SQLite file as it happens.
"""

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import optuna
from optuna.trial import FrozenTrial, TrialState

from training.data import DataError
from training.export import Dataset
from training.fit import fit
from training.models import Network
from training.recipe import Recipe
from training.sequences import sequences
from training.snapshot import History

SPACES: dict[str, Callable[[optuna.Trial], int | float]] = {
    "context": lambda trial: trial.suggest_int("context", 2, 10),
    "embedding": lambda trial: trial.suggest_int("embedding", 8, 128, step=8),
    "hidden": lambda trial: trial.suggest_int("hidden", 64, 512, step=32),
    "dropout": lambda trial: round(trial.suggest_float("dropout", 0.0, 0.6, step=0.05), 2),
    "learning_rate": lambda trial: trial.suggest_float("learning_rate", 5e-4, 2e-2, log=True),
    "weight_decay": lambda trial: trial.suggest_float("weight_decay", 1e-3, 0.5, log=True),
}
"""What is searched, of that which an architecture has; the rest stays at its default."""

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
SQLITE = b"SQLite format 3\0"
STARTUP = 5
"""Trials at the beginning that are drawn at random and never stopped."""

OnTrial = Callable[[optuna.Study, int, History], None]
"""Told the study, the step of the present trial, and its history."""


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
    told = asdict(recipe)
    fixed = {name: value for name, value in told.items() if name not in SPACES}
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


def chosen(trial: FrozenTrial) -> dict[str, int | float]:
    """The hyperparameters that a trial was run with."""
    as_fixed = optuna.trial.FixedTrial(trial.params)
    return {name: SPACES[name](as_fixed) for name in trial.params}  # type: ignore[arg-type]


def run_trial(
    study: optuna.Study,
    kind: type[Network],
    dataset: Dataset,
    recipe: Recipe,
    build: Callable[[type[Network], int, dict[str, Any], int], Network],
    on_step: OnTrial,
) -> None:
    """One trial more. An interrupt ends it, and it counts for nothing."""
    trial = study.ask()
    options = kind.options()
    sizes = {name: SPACES[name](trial) for name in options if name in SPACES}
    rates = {name: SPACES[name](trial) for name in asdict(recipe) if name in SPACES}
    told = replace(recipe, **rates)  # type: ignore[arg-type]
    network = build(kind, dataset.alphabet.vocab_size, options | sizes, told.seed)
    train, validation = (
        sequences(names, dataset.alphabet)
        for names in (dataset.parts.train, dataset.parts.validation)
    )

    def look(step: int, history: History) -> None:
        on_step(study, step, history)
        if history.steps and history.steps[-1] == step:
            trial.report(history.validation[-1], step)
            if trial.should_prune():
                raise optuna.TrialPruned

    try:
        history = fit(network, train, validation, told, look)
    except (optuna.TrialPruned, FloatingPointError):
        study.tell(trial, state=TrialState.PRUNED)
        return
    except BaseException:
        study.tell(trial, state=TrialState.FAIL)
        raise
    if history.steps[-1] < told.steps:
        study.tell(trial, state=TrialState.FAIL)
        raise KeyboardInterrupt
    study.tell(trial, min(history.validation))
