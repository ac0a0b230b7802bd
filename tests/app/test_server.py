"""The server's signals, against a real process: `namewright serve`."""

import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.conftest import MODELS
from tests.processes import Server, running

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def is_ready(server: Server) -> bool:
    return httpx.get(f"{server.url}/readyz", timeout=30).status_code == 200


@contextmanager
def ready(folder: Path, **variables: object) -> Iterator[Server]:
    """A server that has answered, so that its signals are what they should be."""
    with running(folder, **variables) as server:
        assert is_ready(server)
        yield server


def test_sigterm_ends_it_with_0_whatever_clients_do(tmp_path: Path) -> None:
    with ready(tmp_path, shutdown_timeout=3) as server:
        head = b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        address = httpx.URL(server.url)
        stalled = [socket.create_connection((address.host, address.port)) for _ in range(12)]
        for number, connection in enumerate(stalled):
            sent = (b"GET / HT", head + b"Content-Length: 100\r\n\r\n{", b"")[number % 3]
            connection.sendall(sent)
        time.sleep(0.3)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=10) == 0
        assert time.monotonic() - began < 10
        for connection in stalled:
            connection.close()
    assert "Traceback" not in server.err.read_text()


def test_sigterm_makes_it_not_ready_before_it_stops_taking_requests(tmp_path: Path) -> None:
    with ready(tmp_path, drain_delay=1) as server:
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert httpx.get(f"{server.url}/readyz").status_code == 503
        assert httpx.get(f"{server.url}/names?n=1").status_code == 200
        assert server.process.wait(timeout=10) == 0


def test_a_second_sigterm_ends_the_drain(tmp_path: Path) -> None:
    with ready(tmp_path, drain_delay=60) as server:
        server.process.send_signal(signal.SIGTERM)
        time.sleep(1.2)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=10) == 0


def test_other_signals_do_nothing(tmp_path: Path) -> None:
    with ready(tmp_path) as server:
        for number in (signal.SIGUSR1, signal.SIGUSR2):
            server.process.send_signal(number)
            server.wait_for(server.err, f"{number.name}.*does nothing")
            assert is_ready(server)


def test_sighup_loads_the_models_anew_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(MODELS / "bigram.safetensors", folder / "first.safetensors")
    variables = {"models_dir": folder, "shipped_models": "false", "default_model": "first"}

    def models(server: Server) -> list[str]:
        return [model["name"] for model in httpx.get(f"{server.url}/models").json()["models"]]

    with ready(tmp_path, **variables) as server:
        whole = (MODELS / "mlp.safetensors").read_bytes()
        (folder / "second.safetensors").write_bytes(whole[:1000])
        server.process.send_signal(signal.SIGHUP)
        server.wait_for(server.err, "the models stay as they were, .*second.safetensors")
        assert models(server) == ["first"]
        (folder / "second.safetensors").write_bytes(whole)
        server.process.send_signal(signal.SIGHUP)
        server.wait_for(server.err, "models loaded anew: first, second")
        assert models(server) == ["first", "second"]
        assert httpx.get(f"{server.url}/names?n=1&model=second").status_code == 200
