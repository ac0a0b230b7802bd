"""Several workers of one search: real processes, started together, one of them killed."""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import optuna
import pytest
from optuna.storages import RDBStorage
from optuna.trial import FrozenTrial, TrialState

from tests import postgres
from tests.conftest import ROOT
from training.place import find_place
from training.storage import open_storage
from training.trials import WORKER, drawn_as, take_up_again

LOG = logging.getLogger(__name__)
LAST = "weight_decay"
"""The hyperparameter that a trial draws last."""
HEARTBEAT = 2
GRACE = 2 * HEARTBEAT
FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "names.txt"
    path.write_text("\n".join((ROOT / "data" / "names.txt").read_text().split()[:600]))
    return path


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    if postgres.binaries() is None:
        pytest.skip(postgres.HOW)
    with postgres.running() as started:
        yield started


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where to keep trials, by a file's name; or a server's."""
    if request.param != "postgresql":
        yield str(tmp_path / request.param)
        return
    yield request.getfixturevalue("server").url


@contextmanager
def workers(
    number: int, storage: str, names: Path, trials: int, steps: int
) -> Iterator[list[subprocess.Popen[str]]]:
    """The same command several times at once, one thread each, for no longer than the test."""
    options = ["--trials", str(trials), "--steps", str(steps), "--heartbeat", str(HEARTBEAT)]
    command = [sys.executable, "-m", "training", "sweep", "bow", *options]
    with ExitStack() as stack:
        started = []
        for _ in range(number):
            process = subprocess.Popen(
                [*command, "--storage", storage, "--data", str(names)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                cwd=ROOT,
                env=os.environ | {"COLUMNS": "200", "OMP_NUM_THREADS": "1"},
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            started.append(process)
        yield started


def results(processes: list[subprocess.Popen[str]]) -> set[str]:
    """What workers print in the end: one text, if it is right."""
    printed = [process.communicate(timeout=240) for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), printed
    assert not any("Traceback" in text for both in printed for text in both)
    return {output for output, _ in printed}


def trials_in(storage: str) -> list[FrozenTrial]:
    """All trials, of the one search that there is; none before there is one."""
    opened = open_storage(find_place(storage), HEARTBEAT, take_up_again)
    try:
        names = optuna.get_all_study_names(opened)
        return optuna.load_study(study_name=names[0], storage=opened).trials if names else []
    finally:
        if isinstance(opened, RDBStorage):
            opened.remove_session()
            opened.engine.dispose()


def finished(trials: list[FrozenTrial]) -> list[FrozenTrial]:
    return [trial for trial in trials if trial.state in FINISHED]


def who(trial: FrozenTrial) -> int:
    """The process that runs a trial, or 0."""
    return int(trial.user_attrs.get(WORKER, ":0").rpartition(":")[2])


def all_different(trials: list[FrozenTrial]) -> bool:
    return len({tuple(trial.params.values()) for trial in trials}) == len(trials)


@pytest.mark.parametrize(
    "url", ["s.sqlite3", pytest.param("s.journal", marks=pytest.mark.slow)], indirect=True
)
def test_two_workers_share_the_trials_and_end_with_the_same_result(url: str, names: Path) -> None:
    with workers(2, url, names, trials=4, steps=30) as both:
        printed = results(both)
    trials = finished(trials_in(url))
    # A journal does not say whether another's trial is under way or its worker dead.
    assert len(trials) == 4 or (url.endswith(".journal") and len(trials) == 5)
    assert all_different(trials)
    assert {who(trial) for trial in trials} <= {process.pid for process in both}
    if url.endswith(".sqlite3"):
        assert len(printed) == 1


@pytest.mark.slow
@pytest.mark.parametrize("url", ["postgresql", "s.sqlite3"], indirect=True)
def test_a_killed_workers_trial_is_taken_up_by_another(
    url: str, names: Path, tmp_path: Path
) -> None:
    """Four workers begin at once on an empty database; one is killed in its first trial."""
    with workers(4, url, names, trials=8, steps=150) as four:
        victim, lost = four[0], None
        deadline = time.monotonic() + 120
        while lost is None:
            time.sleep(0.2)
            assert time.monotonic() < deadline
            assert [process.poll() for process in four] == [None] * 4
            for trial in trials_in(url):
                if (
                    trial.state == TrialState.RUNNING
                    and who(trial) == victim.pid
                    and LAST in trial.params
                ):
                    lost = trial.number
        victim.kill()
        killed = time.time()
        printed = results(four[1:])
    trials = trials_in(url)
    [again] = [trial for trial in trials if drawn_as(trial) == lost and trial.number != lost]
    assert trials[lost].state == TrialState.FAIL
    assert again.state in FINISHED
    assert again.params == trials[lost].params
    assert who(again) in {process.pid for process in four[1:]}
    assert again.datetime_start is not None
    waited = again.datetime_start.timestamp() - killed
    LOG.info("taken up %.1f s after the kill", waited)
    assert waited >= GRACE - HEARTBEAT - 1
    # Exactly the budget, nothing twice, and all four were at it.
    done = finished(trials)
    assert len(done) == 8
    assert all_different(done)
    assert {who(trial) for trial in trials} - {0} == {process.pid for process in four}
    assert not [
        trial for trial in trials if trial.state in (TrialState.RUNNING, TrialState.WAITING)
    ]
    # Each says the same, and it is true.
    [output] = printed
    best = min(trial.value for trial in done if trial.state == TrialState.COMPLETE and trial.value)
    command = output.splitlines()[-1].split()
    command[-1] = str(tmp_path / "bow.safetensors")
    trained = subprocess.run(
        [sys.executable, *command[1:]], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert f"validation {best:.4f}" in trained.stdout


@pytest.mark.slow
def test_a_server_that_goes_away_is_one_line_and_the_search_goes_on_when_it_is_back(
    server: postgres.Server, names: Path
) -> None:
    with workers(1, server.url, names, trials=2, steps=600) as [process]:
        deadline = time.monotonic() + 120
        while not any(trial.intermediate_values for trial in trials_in(server.url)):
            time.sleep(0.2)
            assert time.monotonic() < deadline
        server.stop()
        try:
            _, errors = process.communicate(timeout=60)
        finally:
            server.start()
    assert process.returncode == 1
    assert "Traceback" not in errors
    assert errors.splitlines()[-1].startswith("error: postgresql://searcher:***@127.0.0.1:")
    assert postgres.QUOTED not in errors
    with workers(1, server.url, names, trials=2, steps=600) as again:
        results(again)
    trials = trials_in(server.url)
    assert len(finished(trials)) == 2
    assert sorted(drawn_as(trial) for trial in finished(trials)) in ([0, 1], [0, 2])


@pytest.mark.slow
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_wrong_password_is_one_line_that_has_neither(url: str, names: Path) -> None:
    wrong = url.replace(postgres.QUOTED, "wr0ng")
    with workers(1, wrong, names, trials=1, steps=30) as [process]:
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors.count("\n")) == (1, "", 1)
    assert "password authentication failed" in errors
    for secret in ("wr0ng", postgres.PASSWORD, postgres.QUOTED):
        assert secret not in errors


@pytest.mark.slow
@pytest.mark.parametrize("url", ["s.journal"], indirect=True)
def test_a_journals_killed_worker_costs_its_trial_and_nothing_else(url: str, names: Path) -> None:
    with workers(2, url, names, trials=4, steps=150) as [victim, other]:
        deadline = time.monotonic() + 120
        while not any(who(trial) == victim.pid for trial in trials_in(url)):
            time.sleep(0.2)
            assert time.monotonic() < deadline
        victim.kill()
        results([other])
    trials = trials_in(url)
    assert len(finished(trials)) in (4, 5)
    assert not any(drawn_as(trial) != trial.number for trial in trials)
