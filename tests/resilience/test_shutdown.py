"""SIGTERM: whatever clients do, it ends soon, with 0; and who is being answered is answered."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.resilience import attack
from tests.resilience.attack import Attack
from tests.resilience.conftest import Report
from tests.resilience.service import Service, serving
from tests.resilience.test_answers import LONGEST
from tests.resilience.test_work import RARE
from tests.resilience.wire import HOST, Client, ask, get, upload

WITHIN = 10.0
"""Seconds in which it ends."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service of its own for each test."""
    with serving(tmp_path) as service:
        yield service


def ends(service: Service, report: Report, what: str) -> None:
    """Send SIGTERM, and see that it ends as it should."""
    code, seconds = service.terminate(within=20)
    report(f"{what}: exit code {code} after {seconds:.1f} s")
    log = service.log.read_text()
    assert code == 0
    assert seconds < WITHIN
    assert "Traceback" not in log
    assert "exception" not in log.lower()


def test_idle(service: Service, report: Report) -> None:
    ends(service, report, "nobody there")


def test_stalled_clients(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """A hundred that stall: half a head, half a body, an answer that is not taken, and silence."""
    attacks = [
        Attack(b"GET /healthz HTTP/1.1\r\n", count=25),
        Attack(upload(1000) + b"{", count=25),
        Attack(upload(9000), b" ", 9000, count=15, pause=0.2),
        Attack(LONGEST, count=15, reads=False),
        Attack(get("/names?n=10000") * 10, count=15, reads=False),
        Attack(b"", count=5),
        Attack(get(RARE), count=6),
    ]
    running = elsewhere.submit(attack.run, service.port, attacks, 15.0)
    time.sleep(1.0)
    ends(service, report, "a hundred that stall")
    outcomes = running.result()
    report(attack.describe(outcomes))
    assert not [o for o in outcomes if o.how == "open"]


def test_clients_that_come_again(
    service: Service, elsewhere: ProcessPoolExecutor, report: Report
) -> None:
    """New ones all the while, each with half a request."""
    attacks = [Attack(upload(1000) + b"{", count=600, over=12), Attack(b"", count=300, over=12)]
    running = elsewhere.submit(attack.run, service.port, attacks, 5.0)
    time.sleep(1.0)
    ends(service, report, "clients that come again")
    running.result()


def test_requests_in_work_are_answered(service: Service, report: Report) -> None:
    """Those that were sent before the signal, small and large, have a whole answer."""
    callers = [Client(service.port) for _ in range(20)]
    requests = [get("/names?n=10000&seed=1&min_length=9"), get("/names?n=20")]
    callers[0].ask(requests[1])
    answers: list[int | str] = []

    def take(caller: Client, request: bytes) -> None:
        try:
            answers.append(caller.ask(request).status)
        except OSError as error:
            answers.append(type(error).__name__)

    # Four that are large, for there is room for so many; and sixteen that are small.
    threads = [
        threading.Thread(target=take, args=(caller, requests[number >= 4]))
        for number, caller in enumerate(callers)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    ends(service, report, "20 requests in work")
    for thread in threads:
        thread.join()
    for caller in callers:
        caller.close()
    report(f"answers: {sorted(map(str, answers))}")
    assert answers == [200] * 20


def test_who_reads_has_its_time(service: Service, report: Report) -> None:
    """A long download, slower than it is made, is whole, though it ends seconds later."""
    with socket.create_connection((HOST, service.port)) as connection:
        connection.sendall(get("/names?n=3000000&format=text"))
        received = connection.recv(65_536)
        began = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        while data := connection.recv(65_536):
            received += data
            time.sleep(0.012)
        report(f"{len(received) / 1e6:.0f} MB in {time.monotonic() - began:.1f} s after the signal")
        assert time.monotonic() - began > 3
    assert received.endswith(b"\r\n0\r\n\r\n")
    assert service.process.wait(WITHIN) == 0


def test_drain_delay(tmp_path: Path, report: Report) -> None:
    """Not ready at once; but for the delay, it still answers, over new connections too."""
    with serving(tmp_path, drain_delay=2) as service:
        assert ask(service.port, get("/readyz")).status == 200
        began = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        while time.monotonic() < began + 1.5:
            assert ask(service.port, get("/readyz")).status == 503
            assert ask(service.port, get("/healthz")).status == 200
            assert ask(service.port, get("/names?n=20")).status == 200
            time.sleep(0.05)
        assert service.process.wait(WITHIN) == 0
        report(f"2 s of delay: ended after {time.monotonic() - began:.1f} s")
        with suppress(ConnectionRefusedError), socket.create_connection((HOST, service.port)):
            raise AssertionError("it takes connections still")
