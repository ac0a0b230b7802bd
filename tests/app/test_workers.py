"""`--workers N`: several processes, seen from outside as one."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import MODELS
from tests.processes import Server, running, start_service

WORKERS = 3
SOON = 15.0


def workers_of(server: Server) -> list[int]:
    """The processes of a service that are its workers."""
    pid = server.process.pid
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def until(holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold soon."""
    end = time.monotonic() + SOON
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


def private(pid: int) -> float:
    """MiB that a process shares with no other."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {name: int(size) for name, size, _ in (line.split() for line in lines)}
    return (sizes["Private_Dirty:"] + sizes["Private_Clean:"]) / 1024


def asked(server: Server, path: str, times: int = 40) -> set[str]:
    """Answers to one request over connections of their own, by whichever workers take them."""
    return {httpx.get(server.url + path).text for _ in range(times)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    shutil.copy(MODELS / "bigram.safetensors", folder / "mine.safetensors")
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[Server]:
    logs = tmp_path_factory.mktemp("logs")
    with running(logs, workers=WORKERS, models_dir=folder) as server:
        assert until(lambda: server.err.read_text().count("all models are loaded") == WORKERS)
        yield server


def test_there_are_so_many(server: Server) -> None:
    assert len(workers_of(server)) == WORKERS


def test_they_share_what_they_loaded(server: Server) -> None:
    """A process by itself has the models and all modules as its own."""
    for worker in workers_of(server):
        assert private(worker) < 20


def test_whichever_answers_the_names_are_the_same(server: Server) -> None:
    assert len(asked(server, "/names?n=20&seed=1")) == 1


def test_what_they_count_is_counted_together(server: Server) -> None:
    def count() -> float:
        lines = httpx.get(f"{server.url}/metrics").text.splitlines()
        of_page = [line for line in lines if 'route="/models/{model}",status="200"' in line]
        return sum(float(line.split()[-1]) for line in of_page)

    before = count()
    asked(server, "/models/mlp")
    assert count() == before + 40


def test_another_takes_the_place_of_one_that_is_killed(server: Server) -> None:
    before = workers_of(server)
    os.kill(before[0], signal.SIGKILL)
    assert len(asked(server, "/healthz")) == 1  # by the others
    assert until(lambda: len(workers_of(server)) == WORKERS and workers_of(server) != before)
    assert f"worker {before[0]} ended with -9: another takes its place" in server.err.read_text()


def test_all_of_them_load_the_models_anew(server: Server, folder: Path) -> None:
    before = asked(server, "/models/mine")
    shutil.copy(MODELS / "ngram.safetensors", folder / "next")
    (folder / "next").rename(folder / "mine.safetensors")
    loaded = server.err.read_text().count("models loaded anew")
    server.process.send_signal(signal.SIGHUP)
    every = loaded + WORKERS + 1  # the parent too, for those to come
    assert until(lambda: server.err.read_text().count("models loaded anew") == every)
    after = asked(server, "/models/mine")
    assert len(after) == 1
    assert not before & after
    os.kill(workers_of(server)[0], signal.SIGKILL)
    assert until(lambda: len(workers_of(server)) == WORKERS)
    assert asked(server, "/models/mine") == after


def test_none_of_them_takes_models_at_fault(server: Server, folder: Path) -> None:
    before = asked(server, "/models/mine")
    (folder / "mine.safetensors").write_bytes(b"half")
    server.process.send_signal(signal.SIGHUP)
    assert until(lambda: "the models stay as they were" in server.err.read_text())
    time.sleep(0.5)  # in which a worker would say so too
    assert server.err.read_text().count("the models stay as they were") == 1
    assert asked(server, "/models/mine") == before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_of_them_as_it_ends_one(number: int, tmp_path: Path) -> None:
    codes = []
    for count in (1, 2):
        (tmp_path / str(count)).mkdir()
        with running(tmp_path / str(count), workers=count) as server:
            workers = workers_of(server)
            assert len(workers) == (0 if count == 1 else count)
            server.process.send_signal(number)
            codes.append(server.process.wait(SOON))
            assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
            assert "Traceback" not in server.err.read_text() + server.out.read_text()
    assert codes[0] == codes[1]
    if number == signal.SIGTERM:
        assert codes[0] == 0


def test_a_signal_to_all_processes_is_one_signal(tmp_path: Path) -> None:
    with running(tmp_path, workers=2, drain_delay=2) as server:
        for process in (*workers_of(server), server.process.pid):
            os.kill(process, signal.SIGTERM)
        time.sleep(0.8)
        for _ in range(8):
            assert httpx.get(f"{server.url}/names?n=1").status_code == 200
        assert server.err.read_text().count("Shutting down") == 0
        assert server.process.wait(SOON) == 0


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupt_does_not_wait_for_the_drain(first: int, tmp_path: Path) -> None:
    with running(tmp_path, workers=2, drain_delay=60) as server:
        server.process.send_signal(first)
        time.sleep(0.2)
        server.process.send_signal(signal.SIGINT)
        server.process.wait(SOON)


def test_they_do_not_outlive_their_parent(tmp_path: Path) -> None:
    with running(tmp_path, workers=2) as server:
        workers = workers_of(server)
        server.process.kill()
        server.process.wait()
        assert until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))


def test_a_model_at_fault_ends_the_start(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "mine.safetensors").write_bytes(b"half")
    log = tmp_path / "log"
    process = start_service(log, log, workers=2, models_dir=tmp_path / "models")
    assert process.wait(SOON) == 3  # as without workers
    assert "mine.safetensors" in log.read_text()
    assert "Traceback" not in log.read_text()
