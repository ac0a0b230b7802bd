"""Where a checkpoint is written: what is there stays, and what goes wrong is said in one line."""

import errno
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from namewright import checkpoint as format_2
from training.checkpoints import load_any
from training.cli import app

FEW = ["train", "mlp", "--steps", "20", "--hidden", "8", "--batch-size", "8"]


def typed(*arguments: str | Path) -> Result:
    runner = CliRunner(env={"COLUMNS": "200"})
    return runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "names.txt"
    path.write_text("\n".join(a + b + c for a in "abcdef" for b in "aeiou" for c in "lmnrs"))
    return path


@pytest.mark.parametrize("arguments", [["train", "bigram"], ["train", "ngram"], FEW], ids=str)
def test_a_checkpoint_that_is_there_is_not_written_over_unless_by_force(
    tmp_path: Path, names: Path, arguments: list[str]
) -> None:
    path = tmp_path / "x.safetensors"
    training = [*arguments, "--data", names, "-o", path]
    assert typed(*training).exit_code == 0
    before, changed = path.read_bytes(), path.stat().st_mtime_ns
    done = typed(*training, "--seed", "1")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert f"{path}: is there already; give --force" in done.stderr
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, changed)
    assert typed(*training, "--seed", "1", "--force").exit_code == 0
    assert path.read_bytes() != before


def test_resuming_a_finished_training_says_so_and_changes_nothing(
    tmp_path: Path, names: Path
) -> None:
    path = tmp_path / "x.safetensors"
    training = [*FEW, "--data", names, "-o", path]
    typed(*training)
    changed = path.stat().st_mtime_ns
    done = typed(*training, "--resume")
    assert done.exit_code == 0
    assert f"{path}: its training is finished; nothing to resume" in done.stderr
    assert path.stat().st_mtime_ns == changed
    for other in (["--dropout", "0.1"], ["--steps", "30"], ["--split", "lecture"]):
        done = typed(*training, *other, "--resume")
        assert done.exit_code == 1
        assert f"is of a training that differs in its {other[0][2:]}" in done.stderr
    assert path.stat().st_mtime_ns == changed
    assert typed(*training, "--steps", "30", "--resume", "--force").exit_code == 0
    assert load_any(path).training["steps"] == 30


def test_what_is_no_checkpoint_is_not_written_over_by_resume(tmp_path: Path, names: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(b"a letter")
    done = typed(*FEW, "--data", names, "-o", path, "--resume")
    assert done.exit_code == 1
    assert path.read_bytes() == b"a letter"


def test_an_interrupted_training_is_gone_on_with_or_begun_anew_as_is_said(
    tmp_path: Path, names: Path
) -> None:
    path = tmp_path / "x.safetensors"
    path.with_suffix(".resume").write_bytes(b"")
    done = typed(*FEW, "--data", names, "-o", path)
    assert done.exit_code == 1
    assert "was interrupted; give --resume to go on, or --force to start anew" in done.stderr
    assert typed(*FEW, "--data", names, "-o", path, "--force").exit_code == 0
    assert not path.with_suffix(".resume").exists()


@pytest.mark.parametrize("arguments", [["train", "bigram"], [*FEW, "--check-every", "10"]], ids=str)
def test_a_full_disk_is_one_line_that_names_the_file(
    tmp_path: Path, names: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(format_2.os, "fsync", full)
    done = typed(*arguments, "--data", names, "-o", tmp_path / "x.safetensors")
    assert done.exit_code == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"error: {tmp_path}/x.")
    assert last.endswith(": cannot be written: No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_system_without_a_file_says_what_it_is(
    tmp_path: Path, names: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr("training.trainer.train_bigram", full)
    done = typed("train", "bigram", "--data", names, "-o", tmp_path / "x.safetensors")
    assert (done.exit_code, done.stderr) == (1, "error: Cannot allocate memory\n")


@pytest.mark.parametrize("command", ["train bigram", "train bigram-net", "evaluate", "compile"])
def test_no_flag_has_a_type_in_the_help(command: str) -> None:
    assert "<bool>" not in typed(*command.split(), "--help").stdout
