"""Signals that are not to end it, and folders of models that change while it serves."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.conftest import MODELS
from tests.resilience.bystander import Bystander
from tests.resilience.conftest import Report
from tests.resilience.service import Service, serving
from tests.resilience.wire import ask, get

SOON = 10.0
"""Seconds in which the models are loaded anew."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one model, `mine`."""
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(MODELS / "bigram.safetensors", folder / "mine.safetensors")
    return folder


@pytest.fixture
def service(tmp_path: Path, folder: Path) -> Iterator[Service]:
    """A service with that folder beside the shipped models."""
    with serving(tmp_path, models_dir=folder) as service:
        yield service


def digest(service: Service, model: str = "mine") -> str | None:
    """Which file it serves under that name."""
    answer = ask(service.port, get(f"/models/{model}"))
    return str(answer.json()["digest"]) if answer.status == 200 else None


def names(service: Service) -> list[str]:
    """What it says today."""
    found: list[str] = ask(service.port, get("/names?n=500&seed=7&model=mine")).json()["names"]
    return found


def reload(service: Service) -> str:
    """What it logs when it is told to load the models anew."""
    before = service.log.stat().st_size
    service.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        said = service.log.read_bytes()[before:].decode()
        lines = [line for line in said.splitlines() if "models" in line and "method=" not in line]
        if lines:
            return "\n".join(lines)
        time.sleep(0.02)
    raise AssertionError(f"it says nothing of loading models:\n{said}")


@pytest.mark.parametrize("name", ["SIGHUP", "SIGUSR1", "SIGUSR2"])
def test_signal_does_not_end_it(name: str, service: Service, report: Report) -> None:
    """Fifty of them in a second, requests going on."""
    with Bystander(service.port) as bystander:
        for _ in range(50):
            service.process.send_signal(signal.Signals[name])
            time.sleep(0.02)
        time.sleep(1)
    report(
        f"bystander 99 % in {bystander.percentile(99) * 1e3:.1f} ms, "
        f"{len(bystander.failures)} failures of {len(bystander.seconds)}"
    )
    assert service.lives
    assert not bystander.failures
    assert "Traceback" not in service.log.read_text()


def test_reload_while_serving(service: Service, folder: Path, report: Report) -> None:
    """Ten times, the model another each time: each answer is of one or the other."""
    files = [MODELS / "ngram.safetensors", MODELS / "bigram.safetensors"]
    seen = [digest(service)]
    with Bystander(service.port) as bystander:
        for turn in range(10):
            shutil.copy(files[turn % 2], folder / "next")
            (folder / "next").rename(folder / "mine.safetensors")
            assert digest(service) == seen[-1]  # until it is told
            service.process.send_signal(signal.SIGHUP)
            end = time.monotonic() + SOON
            while digest(service) == seen[-1] and time.monotonic() < end:
                time.sleep(0.01)
            seen.append(digest(service))
    report(
        f"10 reloads, bystander 99 % in {bystander.percentile(99) * 1e3:.1f} ms, "
        f"all in {max(bystander.seconds) * 1e3:.0f} ms, {len(bystander.failures)} failures of "
        f"{len(bystander.seconds)}"
    )
    assert len(set(seen)) == 2
    assert all(before != after for before, after in pairwise(seen))
    assert not bystander.failures


def test_reload_does_not_grow(service: Service, report: Report) -> None:
    """Models that are loaded anew take the place of those before."""
    service.warm_up()
    for _ in range(3):
        reload(service)
        names(service)
    before = service.settle(0, 3)
    for _ in range(10):
        reload(service)
        names(service)
    after = service.settle(before)
    report(f"{before:.1f} MB, after 10 reloads {after:.1f} MB")
    assert after <= before * 1.05


def test_new_model_is_served(service: Service, folder: Path) -> None:
    shutil.copy(MODELS / "mlp.safetensors", folder / "another.safetensors")
    assert digest(service, "another") is None
    reload(service)
    assert digest(service, "another") is not None


def test_removed_model_is_served_until_reload(service: Service, folder: Path) -> None:
    before = names(service)
    (folder / "mine.safetensors").unlink()
    assert names(service) == before
    reload(service)
    assert digest(service) is None


DAMAGE = {
    "half written": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "garbage": lambda data: os.urandom(len(data)),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_damaged_model_is_refused_whole(
    how: str, service: Service, folder: Path, report: Report
) -> None:
    """Written over in place, as a copy under way does: what is served stays as it is."""
    before, known = names(service), digest(service)
    path = folder / "mine.safetensors"
    data = path.read_bytes()
    shutil.copy(MODELS / "mlp.safetensors", folder / "another.safetensors")
    path.write_bytes(DAMAGE[how](data))
    assert names(service) == before
    said = reload(service)
    report(said)
    assert "Traceback" not in service.log.read_text()
    assert service.lives
    assert names(service) == before
    assert digest(service) == known
    assert digest(service, "another") is None  # whole or not at all
    assert ask(service.port, get("/readyz")).status == 200
    path.write_bytes(data)
    reload(service)
    assert digest(service, "another") is not None


def test_folder_that_is_gone_is_refused(service: Service, folder: Path, report: Report) -> None:
    before = names(service)
    shutil.rmtree(folder)
    report(reload(service))
    assert names(service) == before


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A file of offensive words."""
    path = tmp_path / "words.txt"
    path.write_text("zzzzz\n")
    return path


@pytest.fixture
def wordy(tmp_path: Path, folder: Path, words: Path) -> Iterator[Service]:
    """A service with those words, and the folder beside the shipped models."""
    with serving(tmp_path, models_dir=folder, offensive_words_file=words) as service:
        yield service


def test_words_are_read_anew(wordy: Service, words: Path) -> None:
    before = names(wordy)
    words.write_text("".join(f"={name}\n" for name in set(before[:50]) if len(name) > 1))
    assert names(wordy) == before  # until it is told
    reload(wordy)
    after = names(wordy)
    assert not {name for name in before[:50] if len(name) > 1} & set(after)
    assert sum(old == new for old, new in zip(before, after, strict=True)) > 300  # by address


def test_words_at_fault_are_refused_with_the_models(
    wordy: Service, folder: Path, words: Path, report: Report
) -> None:
    """And models at fault with the words: it is all of them, or nothing."""
    before, known = names(wordy), digest(wordy)
    words.write_text(f"={before[0]}\n?\n")
    shutil.copy(MODELS / "ngram.safetensors", folder / "mine.safetensors")
    said = reload(wordy)
    report(said)
    assert "NAMEWRIGHT_OFFENSIVE_WORDS_FILE" in said
    assert (names(wordy), digest(wordy)) == (before, known)
    words.write_text(f"={before[0]}\n")
    (folder / "mine.safetensors").write_bytes(b"")
    reload(wordy)
    assert (names(wordy), digest(wordy)) == (before, known)
    shutil.copy(MODELS / "bigram.safetensors", folder / "mine.safetensors")
    reload(wordy)
    assert before[0] not in names(wordy)
