"""`namewright generate` into files: whole, the same by any number of cores, and gone on with."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from namewright import Model, Sampling, reference
from namewright.cli import generate
from namewright.cli.generate import CHUNK, Batches, in_order, recipe
from namewright.cli.resumable_file import ResumableFile
from namewright.formats import FORMATS
from namewright.writers import NameWriter
from tests.conftest import ROOT
from tests.namewright.commands import NAMEWRIGHT, run
from tests.namewright.rows import read_rows
from tests.processes import take_interrupts

SEEDED = ("--seed", "1", "--model", "bigram")


def make(file: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return run("generate", "-o", str(file), *SEEDED, *options)


def in_process(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Batches so small that there are many."""
    monkeypatch.setattr(generate, "CHUNK", size)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_rows_are_the_same_whatever_number_of_cores(
    shipped: dict[str, Model], monkeypatch: pytest.MonkeyPatch, name: str, jobs: int
) -> None:
    in_process(monkeypatch, 50)
    written = FORMATS[name]
    for asked in ({}, {"unique": True, "novel": True}, {"ends_with": "a", "case": "title"}):
        sampling = Sampling(n=1_234, seed=3, **asked)  # type: ignore[arg-type]
        writer = NameWriter(shipped["bigram"], written, sampling.case, scores=written.has_columns)
        made = b"".join(Batches(writer, sampling, jobs).rows(0))
        found = [row["name"] for row in read_rows(name, writer.head() + made)]
        assert found == shipped["bigram"].draw(sampling)
        if not sampling.unique:
            assert b"".join(Batches(writer, sampling, jobs).rows(1_000)) == b"".join(
                line + b"\n" for line in made.split(b"\n")[1_000:-1]
            )


def test_the_command_writes_the_same_file_whatever_number_of_cores(tmp_path: Path) -> None:
    options = ("--format", "csv", "--scores", "--case", "title")
    files = [tmp_path / str(jobs) for jobs in (1, 3)]
    for file in files:
        assert make(file, "-n", "25000", "--jobs", file.name, *options).returncode == 0
    one, other = (file.read_bytes() for file in files)
    assert one == other
    assert one == run("generate", "-n", "25000", *SEEDED, *options).stdout.encode()
    assert sorted(tmp_path.iterdir()) == files


def test_what_a_file_depends_on_is_its_recipe(shipped: dict[str, Model]) -> None:
    """So that what was begun otherwise is not gone on with."""
    model, found = shipped["bigram"], []
    for name, scores, sampling in (
        ("text", False, Sampling(seed=1)),
        ("csv", False, Sampling(seed=1)),
        ("ndjson", False, Sampling(seed=1)),
        ("csv", True, Sampling(seed=1)),
        ("text", False, Sampling(seed=2)),
        ("text", False, Sampling(seed=1, n=21)),
        ("text", False, Sampling(seed=1, case="title")),
    ):
        found.append(
            recipe(NameWriter(model, FORMATS[name], sampling.case, scores=scores), sampling)
        )
    assert all(found.count(each) == 1 for each in found)


@given(st.integers(0, 25_000), st.sampled_from(["text", "csv"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_a_file_that_is_cut_at_any_byte_ends_as_the_whole(
    shipped: dict[str, Model],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cut: int,
    name: str,
) -> None:
    in_process(monkeypatch, 500)
    sampling = Sampling(n=3_000, seed=1)
    writer = NameWriter(shipped["bigram"], FORMATS[name])

    def rows(first: int) -> Iterator[bytes]:
        return Batches(writer, sampling, 2).rows(first)

    whole = writer.head() + b"".join(rows(0))
    file = generate.open_output(tmp_path / "names", writer, sampling)
    assert isinstance(file, ResumableFile)
    file.partial.write_bytes(whole[:cut])
    file.said.write_bytes(file.recipe)
    there = file.rows(Batches(writer, sampling, 2).row)
    assert there == max(0, whole[:cut].count(b"\n") - (name == "csv"))
    file.write(rows(there), there)
    assert file.path.read_bytes() == whole


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A file of which there is some, and the process that writes it."""
    file = tmp_path / "names.csv"
    process = subprocess.Popen(
        [NAMEWRIGHT, "generate", "-o", file, "-n", "1000000", "--format", "csv", *SEEDED],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        preexec_fn=take_interrupts,  # noqa: PLW1509 - nothing is done in it but this
    )
    partial = tmp_path / "names.csv.partial"
    try:
        while process.poll() is None and not (partial.exists() and partial.stat().st_size > 50_000):
            time.sleep(0.002)
        yield file, process
    finally:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_command_that_is_interrupted_goes_on(
    begun: tuple[Path, subprocess.Popen[str]], number: signal.Signals
) -> None:
    file, process = begun
    process.send_signal(number)
    _, said = process.communicate(timeout=10)
    if number is signal.SIGINT:
        assert process.returncode == 130
        assert said.splitlines()[1:] == ["interrupted; the same with --seed 1 goes on"]
    assert not file.exists()
    partial = Path(f"{file}.partial")
    there = partial.read_bytes()
    inode = partial.stat().st_ino
    assert make(file, "-n", "1000000", "--format", "csv").returncode == 0
    assert file.stat().st_ino == inode, "it was gone on with, not begun anew"
    made = file.read_bytes()
    assert made.startswith(there)
    assert made.count(b"\n") == 1_000_001
    assert list(file.parent.iterdir()) == [file]


def test_who_interrupts_does_not_wait_for_names_that_hardly_pass(
    shipped: dict[str, Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that would take days stops, and those behind it do not begin."""
    monkeypatch.setattr(reference, "ATTEMPTS", 10**12)
    sampling = Sampling(n=10 * CHUNK, seed=1, contains=("q", "zz", "j"))
    batches = Batches(NameWriter(shipped["lstm"], FORMATS["text"]), sampling, 2)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupt = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    try:
        interrupt.start()
        with pytest.raises(KeyboardInterrupt):
            next(batches.rows(0))
    finally:
        interrupt.cancel()
        signal.signal(signal.SIGINT, before)
    assert batches.budgets == set(), "nothing is under way"


def test_only_so_many_batches_are_made_ahead() -> None:
    begun: list[int] = []

    class Threads:
        def submit(self, work: object, item: int) -> "Threads":
            begun.append(item)
            return self

        def result(self) -> int:
            return begun[-1]

    assert list(islice(in_order(Threads(), str, range(10**9), 4), 3)) == [3, 4, 5]  # type: ignore[arg-type]
    assert begun == [0, 1, 2, 3, 4, 5]


def test_unique_names_that_run_out_are_written_and_the_exit_code_is_1(tmp_path: Path) -> None:
    few = ("-n", "50", "--pattern", "(a|b){1,2}", "--unique", "--format", "csv")
    file = tmp_path / "few"
    done = make(file, *few)
    assert done.returncode == 1
    assert "none passed the filters" in done.stderr
    found = [row["name"] for row in read_rows("csv", file.read_bytes())]
    assert sorted(found) == ["a", "aa", "ab", "b", "ba", "bb"]
    assert run("generate", *SEEDED, *few).stdout.encode() == file.read_bytes()


def test_what_is_wrong_is_said_before_there_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "names"
    for options, code in (
        (("--pattern", "emma|ava", "--novel"), 1),
        (("--scores",), 2),
        (("--format", "html"), 2),
    ):
        done = make(file, *options)
        assert done.returncode == code, done
        assert done.stderr.startswith("error: ")
        assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_device_and_a_pipe_are_written_to_and_stay_what_they_are(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    assert make(pipe, "-n", "3").returncode == 0
    reader.join(10)
    assert received[0].count(b"\n") == 3
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_file_that_cannot_be_there_is_named_before_anything_is_made(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    for file, message in (
        (tmp_path, f"--output: {tmp_path} is a folder; name a file in it"),
        (nowhere / "names", f"--output: {nowhere}: there is no such folder to write names in"),
    ):
        done = make(file, "-n", "3")
        assert (done.returncode, done.stderr) == (2, f"error: {message}\n")
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_names_and_is_shown_where_somebody_looks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    batches = [b"a\n" * CHUNK] * 3
    assert list(generate.progress(iter(batches), 0, 3 * CHUNK, None)) == batches
    assert capsys.readouterr().err == "", "nobody looks"
    monkeypatch.setattr(generate, "LONG_WORK", 1)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert list(generate.progress(iter(batches), 0, 3 * CHUNK, Path("x"))) == batches
    assert "100%" in capsys.readouterr().err
