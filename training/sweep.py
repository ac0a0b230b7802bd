"""Which hyperparameters have the lowest validation loss: a search that several workers may share.

Optuna (Akiba et al., KDD 2019) proposes each trial from the results of those before it, by tree-
structured Parzen estimators (Bergstra et al. 2011), and stops a trial whose validation loss at an
evaluation is above the median of the others there. Everything is saved as it happens.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

import optuna
from optuna.exceptions import StorageInternalError, UpdateFinishedTrialError
from optuna.storages import RDBStorage
from optuna.trial import BaseTrial, FrozenTrial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from training.data import Dataset
from training.fit import fit
from training.interrupts import held_interrupts
from training.models import Network
from training.name_list import DataError
from training.options import Option, options_of
from training.place import Place
from training.recipe import Recipe
from training.sequences import sequences
from training.snapshot import History
from training.storage import open_storage
from training.trainer import build, deterministic
from training.trial_sampler import STARTUP, TrialSampler
from training.trials import Share, drawn_as, take_up_again

SEARCHED = "search"
"""The attribute of a study that says what is searched."""

OnStart = Callable[[int, int], None]
"""Told the number of a trial, and of the one that it takes up again, or its own."""
OnStep = Callable[[int], None]
"""Told each step of the present trial."""


@dataclass(frozen=True)
class Search:
    """A search: the network, what it learns from and how, and the trials so far."""

    kind: type[Network]
    dataset: Dataset
    recipe: Recipe
    study: optuna.Study
    share: Share


OF_OPTUNA = (ValueError, AssertionError, UnboundLocalError)
"""What Optuna raises if another worker failed a trial (its issue 5470), or the server is gone."""


class OverBudget(Exception):  # noqa: N818 - it is no error
    """Another worker has begun the last trial of the budget."""


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


def open_search(
    kind: type[Network],
    dataset: Dataset,
    recipe: Recipe,
    place: Place,
    budget: int,
    heartbeat: int,
    name: str | None = None,
) -> Search:
    """The search of an architecture on a data set with a recipe: what was found before is in it.

    It has `budget` trials, whoever runs them. `name` is by default made of what is searched, so
    that the same search is gone on with. `heartbeat` is the seconds between two signs of life.
    Raises DataError for a place that cannot be used, and for a name that another search has.
    """
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    rates = searched(Recipe)
    fixed = {name: value for name, value in asdict(recipe).items() if name not in rates}
    data = f"{dataset.description['sha256'][:12]} {dataset.description['split']}"
    what = f"{kind.architecture} on {data}: {fixed}"
    storage = open_storage(place, heartbeat, take_up_again)
    with place.failing_clearly():
        study = optuna.create_study(
            storage=storage,
            study_name=name or what,
            load_if_exists=True,
            sampler=TrialSampler(recipe.seed),
            pruner=optuna.pruners.MedianPruner(STARTUP, n_warmup_steps=recipe.check_every),
        )
        if SEARCHED not in study.user_attrs:
            study.set_user_attr(SEARCHED, what)
        of = study.user_attrs[SEARCHED]
    if of != what:
        raise DataError(f"{study.study_name}: is a search of {of}, not of {what}")
    grace = 2.0 * heartbeat if isinstance(storage, RDBStorage) else None
    return Search(kind, dataset, recipe, study, Share(study, budget, grace))


def chosen(kind: type[Network], trial: FrozenTrial) -> dict[str, int | float]:
    """The hyperparameters that a trial was run with."""
    options = searched(kind.config_type) | searched(Recipe)
    as_fixed = optuna.trial.FixedTrial(trial.params)
    return {name: suggest(as_fixed, name, options[name]) for name in trial.params}


def run_trial(search: Search, on_start: OnStart, on_step: OnStep) -> bool:
    """One trial more, if the budget has one; whether it was this worker's to its end.

    It is not if other workers took this one for dead, as after a machine was suspended. An
    interrupt ends the trial, which waits to be taken up, and is raised. It waits for a step: where
    Optuna starts or ends a trial, it would leave behind a thread that never ends.
    """
    study = search.study
    begun: list[int] = []
    errors: list[Exception] = []

    def objective(trial: optuna.Trial) -> float:
        begun.append(trial.number)
        if not search.share.claim(trial):
            raise OverBudget
        on_start(trial.number, drawn_as(study.get_trials(deepcopy=False)[trial.number]))
        try:
            return validation_loss(search, trial, step)
        except OF_OPTUNA as error:
            errors.append(error)
            raise

    def step(number: int) -> None:
        let_through()
        on_step(number)

    try:
        with held_interrupts() as let_through:
            study.optimize(objective, n_trials=1, catch=(OverBudget,))
    except (KeyboardInterrupt, SQLAlchemyError, StorageInternalError):
        # Of a server that is gone the first error is told, and the trial is soon seen to be stale.
        with suppress(SQLAlchemyError, StorageInternalError):
            leave(study, begun)
        raise
    except (*OF_OPTUNA, UpdateFinishedTrialError) as error:
        if error in errors:
            raise
        failure = storage_failure(error)
        if failure:
            raise failure from None
        return False
    return True


def leave(study: optuna.Study, begun: list[int]) -> None:
    """Have a trial that was not finished wait for a worker."""
    for trial in [study.trials[number] for number in begun]:
        if trial.state == TrialState.FAIL:
            take_up_again(study, trial)


def storage_failure(error: BaseException | None) -> SQLAlchemyError | None:
    """What went wrong in the storage before an error, if anything did."""
    while error is not None and not isinstance(error, SQLAlchemyError):
        error = error.__cause__ or error.__context__
    return error


def validation_loss(search: Search, trial: optuna.Trial, on_step: OnStep) -> float:
    """The lowest validation loss of a network with the hyperparameters of a trial.

    Raises TrialPruned if it is stopped, KeyboardInterrupt if it is interrupted.
    """
    sizes, rates = (
        {name: suggest(trial, name, option) for name, option in searched(each).items()}
        for each in (search.kind.config_type, Recipe)
    )
    alphabet, parts = search.dataset.alphabet, search.dataset.parts
    recipe = replace(search.recipe, **rates)  # type: ignore[arg-type]
    config = search.kind.config_type(**sizes)
    network = build(search.kind, alphabet.vocab_size, config, recipe.seed)
    train, validation = (sequences(names, alphabet) for names in (parts.train, parts.validation))

    def report(step: int, history: History) -> None:
        on_step(step)
        if history.steps and history.steps[-1] == step:
            trial.report(history.validation[-1], step)
            if trial.should_prune():
                raise optuna.TrialPruned

    try:
        with deterministic():
            history = fit(network, train, validation, recipe, report)
    except FloatingPointError as error:
        raise optuna.TrialPruned from error
    if history.steps[-1] < recipe.steps:
        raise KeyboardInterrupt
    return min(history.validation)
