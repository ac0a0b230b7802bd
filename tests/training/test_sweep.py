"""A search that can be stopped and gone on with, from a user's command."""

import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import optuna
import pytest

from tests import processes
from tests.conftest import ROOT
from tests.training import commands
from training.configs import MLPConfig, TransformerConfig
from training.models import NETWORKS
from training.recipe import Recipe
from training.sweep import searched

COMMAND = ["sweep", "bow", "--steps", "30"]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "names.txt"
    path.write_text("\n".join((ROOT / "data" / "names.txt").read_text().split()[:600]))
    return path


def run(storage: Path, names: Path, trials: int) -> subprocess.CompletedProcess[str]:
    options = ["--trials", str(trials), "--storage", storage, "--data", names]
    return commands.run(*COMMAND, *options)


def trials_of(storage: Path) -> list[optuna.trial.FrozenTrial]:
    url = f"sqlite:///{storage}"
    [summary] = optuna.get_all_study_summaries(url)
    return optuna.load_study(study_name=summary.study_name, storage=url).trials


def count_trials(storage: Path) -> int:
    """How many there are, while the file is being made too."""
    if not storage.exists():
        return 0
    with closing(sqlite3.connect(f"file:{storage}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM trials").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def test_a_search_goes_on_where_it_was_and_ends_with_the_command_to_train(
    tmp_path: Path, names: Path
) -> None:
    storage = tmp_path / "s.sqlite3"
    done = run(storage, names, 2)
    assert done.returncode == 0, done.stderr
    assert len(trials_of(storage)) == 2
    done = run(storage, names, 4)
    assert "the best of 4 trials" in done.stdout
    found = trials_of(storage)
    assert len(found) == 4
    assert set(found[0].params) == {
        "embedding",
        "hidden",
        "dropout",
        "learning_rate",
        "weight_decay",
    }
    command = done.stdout.splitlines()[-1].split()
    assert command[:5] == ["python", "-m", "training", "train", "bow"]
    command[-1] = str(tmp_path / "bow.safetensors")
    trained = commands.run(*command[3:])
    assert trained.returncode == 0, trained.stderr
    best = min(trial.value for trial in found if trial.value)
    assert f"validation {best:.4f}" in trained.stdout


def test_what_is_left_to_do_is_nothing_once_it_is_done(tmp_path: Path, names: Path) -> None:
    storage = tmp_path / "s.sqlite3"
    first, again = run(storage, names, 1), run(storage, names, 1)
    assert first.stdout == again.stdout
    assert len(trials_of(storage)) == 1


def test_ctrl_c_keeps_the_trials_so_far(tmp_path: Path, names: Path) -> None:
    storage = tmp_path / "s.sqlite3"
    options = ["--trials", "500", "--storage", storage, "--data", names]
    with processes.training(*COMMAND, *options) as process:
        while count_trials(storage) < 3:
            time.sleep(0.2)
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted: the trials so far are in" in errors


def test_an_architecture_that_there_is_not_is_answered_with_those_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = commands.run("sweep", "gpt")
    assert done.returncode == 2
    assert ", ".join(NETWORKS) in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_search_is_one_clear_line(tmp_path: Path, names: Path) -> None:
    storage = tmp_path / "s.sqlite3"
    storage.write_text("a letter to my aunt")
    done = run(storage, names, 1)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"{storage}: is not the SQLite file of a search" in done.stderr
    assert storage.read_text() == "a letter to my aunt"


def test_a_server_that_is_not_there_is_one_line_without_the_password(names: Path) -> None:
    options = ["--data", names, "--storage", "postgresql://me:secret@127.0.0.1:1/d"]
    done = commands.run(*COMMAND, *options)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("error: postgresql://me:***@127.0.0.1:1/d: connection failed")
    assert "secret" not in done.stderr


@pytest.mark.slow
def test_a_name_is_of_one_search(tmp_path: Path, names: Path) -> None:
    options = ["--data", names, "--storage", str(tmp_path / "s.sqlite3"), "--study", "mine"]
    for architecture, code, says in [("bow", 0, ""), ("rnn", 1, "mine: is a search of bow on")]:
        command = ["sweep", architecture, "--steps", "30", "--trials", "1"]
        with processes.training(*command, *options) as process:
            _, errors = process.communicate(timeout=60)
        assert process.returncode == code, errors
        assert says in errors


@pytest.mark.slow
def test_other_options_are_another_search_and_it_says_so(tmp_path: Path, names: Path) -> None:
    storage = tmp_path / "s.sqlite3"
    assert "a new search" not in run(storage, names, 1).stderr
    names_too = tmp_path / "names.txt"
    names_too.write_text(names.read_text() + "\nzebulon")
    assert "a new search: the 1 in" in run(storage, names_too, 1).stderr


def test_sizes_rates_and_dropout_are_searched() -> None:
    assert searched(MLPConfig).keys() == {"context", "embedding", "hidden", "dropout"}
    assert searched(Recipe).keys() == {"learning_rate", "weight_decay"}
    assert searched(TransformerConfig).keys() == {"hidden", "dropout"}
