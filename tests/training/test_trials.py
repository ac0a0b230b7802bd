"""A budget of trials that workers share, on a real SQLite file."""

import time
from collections.abc import Callable
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState

from tests.conftest import ROOT
from training import sweep
from training.data import Dataset, make_dataset
from training.models import NETWORKS
from training.place import find_place
from training.sweep import Search, open_search, run_trial
from training.trials import Turn, drawn_as, finished, take_up_again

OpenSearch = Callable[..., Search]


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return make_dataset((ROOT / "data" / "names.txt").read_text().split()[:200], "hash")


@pytest.fixture
def worker(tmp_path: Path, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> OpenSearch:
    """A worker of one search, of trials that take no time."""

    def loss(search: Search, trial: optuna.Trial, on_step: Callable[[int], None]) -> float:
        for option_name, option in sweep.searched(search.kind.config_type).items():
            sweep.suggest(trial, option_name, option)
        return trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True)

    monkeypatch.setattr(sweep, "validation_loss", loss)
    kind = NETWORKS["bow"]

    def made(budget: int, storage: str = "s.sqlite3", heartbeat: int = 1) -> Search:
        place = find_place(str(tmp_path / storage))
        return open_search(kind, dataset, kind.recipe, place, budget, heartbeat)

    return made


def run(search: Search) -> bool:
    return run_trial(search, lambda number, drawn_as: None, lambda step: None)


def params(search: Search) -> list[dict[str, float]]:
    return [trial.params for trial in finished(search.study)]


@pytest.mark.parametrize("storage", ["s.sqlite3", "s.journal"])
def test_trials_are_the_same_whichever_worker_runs_them(worker: OpenSearch, storage: str) -> None:
    alone = worker(8, f"alone-{storage}")
    for _ in range(8):
        assert alone.share.turn() is Turn.RUN
        run(alone)
    assert alone.share.turn() is Turn.DONE
    for number in range(8):
        each = worker(8, f"stopped-{storage}")
        assert len(finished(each.study)) == number
        run(each)
    assert params(each) == params(alone)
    assert len({tuple(tried.values()) for tried in params(alone)}) == 8


@pytest.mark.parametrize("storage", ["s.sqlite3", "s.journal"])
def test_workers_that_begin_together_try_different_things(
    worker: OpenSearch, storage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = worker(9, storage), worker(9, storage)
    loss = sweep.validation_loss

    def meanwhile(search: Search, trial: optuna.Trial, on_step: Callable[[int], None]) -> float:
        found = loss(search, trial, on_step)
        if search is one:
            run(other)
        return found

    monkeypatch.setattr(sweep, "validation_loss", meanwhile)
    run(one)
    tried = params(one)
    assert len(tried) == 2
    for name in ("embedding", "hidden", "learning_rate"):
        assert tried[0][name] != tried[1][name]


def test_the_last_trial_of_a_budget_is_one_workers(
    worker: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = worker(1), worker(1)
    loss = sweep.validation_loss
    turns = []

    def meanwhile(search: Search, trial: optuna.Trial, on_step: Callable[[int], None]) -> float:
        turns.append(other.share.turn())
        run(other)  # as if it had seen room a moment before
        return loss(search, trial, on_step)

    monkeypatch.setattr(sweep, "validation_loss", meanwhile)
    assert one.share.turn() is other.share.turn() is Turn.RUN
    run(one)
    assert turns == [Turn.WAIT]
    assert [trial.state for trial in one.study.trials] == [TrialState.COMPLETE, TrialState.FAIL]
    assert one.share.turn() is other.share.turn() is Turn.DONE


@pytest.mark.parametrize("storage", ["s.sqlite3", "s.journal"])
def test_an_interrupted_trial_is_taken_up_again_and_the_others_follow_as_they_would_have(
    worker: OpenSearch, storage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = worker(4, f"alone-{storage}")
    for _ in range(4):
        run(alone)
    search = worker(4, storage)
    run(search)
    loss = sweep.validation_loss

    def interrupted(search: Search, trial: optuna.Trial, on_step: Callable[[int], None]) -> float:
        loss(search, trial, on_step)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sweep, "validation_loss", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(search)
    again = worker(4, storage)
    while again.share.turn() is Turn.RUN:
        run(again)
    assert params(again) == params(alone)
    assert [drawn_as(trial) for trial in again.study.trials] == [0, 1, 1, 3, 4]


def test_a_trial_whose_worker_died_before_its_first_sign_of_life_is_drawn_again(
    worker: OpenSearch,
) -> None:
    search = worker(1)
    search.study._storage.create_new_trial(search.study._study_id)  # and no more
    assert search.share.turn() is Turn.WAIT
    search.share.unclaimed = {0: time.monotonic() - 3}
    assert search.share.turn() is Turn.RUN
    run(search)
    assert [trial.state for trial in search.study.trials] == [TrialState.FAIL, TrialState.COMPLETE]
    assert search.share.turn() is Turn.DONE


def test_a_worker_that_was_taken_for_dead_leaves_its_trial_to_the_others(
    worker: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, other = worker(1), worker(1)
    loss = sweep.validation_loss

    def suspended(search: Search, trial: optuna.Trial, on_step: Callable[[int], None]) -> float:
        found = loss(search, trial, on_step)
        other.study.tell(trial.number, state=TrialState.FAIL)
        take_up_again(other.study, other.study.trials[trial.number])
        return found

    with monkeypatch.context() as patch:
        patch.setattr(sweep, "validation_loss", suspended)
        assert not run(search)
    assert run(other)
    assert [drawn_as(trial) for trial in other.study.trials] == [0, 0]
    assert search.share.turn() is other.share.turn() is Turn.DONE


def test_a_fault_of_a_trial_is_raised(worker: OpenSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(search: Search, trial: optuna.Trial, on_step: Callable[[int], None]) -> float:
        raise ValueError("too many cells")

    monkeypatch.setattr(sweep, "validation_loss", faulty)
    with pytest.raises(ValueError, match="too many cells"):
        run(worker(1))


def test_a_trial_that_its_workers_die_of_is_given_up(
    worker: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadly(search: Search, trial: optuna.Trial, on_step: Callable[[int], None]) -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr(sweep, "validation_loss", deadly)
    search = worker(1)
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            run(search)
    assert [drawn_as(trial) for trial in search.study.trials] == [0, 0, 0, 0, 4, 4]
