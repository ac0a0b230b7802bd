"""Work that is dear, and work for nobody."""

import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.resilience import load
from tests.resilience.attack import Attack
from tests.resilience.bystander import Bystander
from tests.resilience.conftest import Report
from tests.resilience.harm import MOST_DURING, MOST_WAIT, ROUNDS, check
from tests.resilience.service import MB, Service, serving
from tests.resilience.wire import HOST, ask, get, score

RARE = "/names?n=10000&seed=1&min_length=20"
"""The dearest there is: it draws as many candidates as a request may, and finds few names."""
STOPS = 0.050
"""Seconds within which work for a client that left ends."""
IDLE = 0.025
"""Seconds of processor time that an idle service may use in half a second."""

DEAR = {
    "rare names": get(RARE),
    "names at a temperature": get("/names?n=10000&seed=1&temperature=5&max_length=4"),
    "scores": score(["maximilianawilhelmi"] * 10_000, characters=True),
}


def spent_after(service: Service, seconds: float = 0.5) -> float:
    """Seconds of processor time that the service uses from now on."""
    before = service.processor_time
    time.sleep(seconds)
    return service.processor_time - before


def test_abandoned(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """472 of them within three seconds, each left after a fifth of a second."""
    attack = Attack(get(RARE), count=472, over=3, leaves=0.2)
    harm = check(service, elsewhere, report, [attack], refused=False)
    spent = spent_after(service)
    report(f"{spent * 1e3:.0f} ms of processor time in the half second after it")
    assert spent < IDLE
    assert harm.processor_time < 10


MAKING = 30 * 2**20 / MB
"""MB that making a condition ready for the default model takes, beyond what is kept of it."""
MEMORY = 50
"""MiB for conditions: just enough for the dearest, which `warm_up` asks for."""


@pytest.mark.parametrize("leaves", [None, 0.2], ids=["waited for", "abandoned"])
def test_many_conditions(
    leaves: float | None, tmp_path: Path, elsewhere: ProcessPoolExecutor, report: Report
) -> None:
    """60 within three seconds, each of which has to be made ready: half a second's work."""
    wanted = [f"{a}{b}" for a in "bcdfgjkmpqvwxz" for b in "bdfgpz"][:30]
    targets = [f"/names?ends_with={end}" for end in wanted]
    targets += [f"/names?n=10000&pattern=.*[^{end}]{{3}}{end}{{2}}" for end in wanted]
    attacks = [
        Attack(get(target), after=3 * i / len(targets), leaves=leaves)
        for i, target in enumerate(targets)
    ]
    with serving(tmp_path, condition_memory=MEMORY) as service:
        service.warm_up()
        during = MOST_DURING + MAKING
        harm = check(service, elsewhere, report, attacks, refused=False, during=during)
        spent = spent_after(service)
        report(f"{spent * 1e3:.0f} ms of processor time in the half second after it")
        assert spent < IDLE
        assert harm.processor_time < 10
        answer = ask(service.port, get(targets[-1].replace("n=10000", "n=3")))
        assert answer.status == 200


@pytest.mark.parametrize("clients", [1, 6, 20])
@pytest.mark.parametrize("kind", DEAR)
def test_work_ends_with_its_client(
    kind: str, clients: int, service: Service, report: Report
) -> None:
    """In work or waiting for its turn."""
    worked, spent = [], []
    for _ in range(10):
        callers = [socket.create_connection((HOST, service.port)) for _ in range(clients)]
        before = service.processor_time
        for caller in callers:
            caller.sendall(DEAR[kind])
        time.sleep(0.03)
        for caller in callers:
            caller.close()
        worked.append(service.processor_time - before)
        time.sleep(STOPS)
        spent.append(spent_after(service, 0.25))
    report(
        f"{max(worked) * 1e3:.0f} ms of processor time before it left, and from "
        f"{STOPS * 1e3:.0f} ms after it {max(spent) * 1e3:.1f} ms"
    )
    assert sorted(spent)[-2] < IDLE  # but for one, which another user of the machine held up
    assert ask(service.port, get("/readyz")).status == 200


OTHERS = {
    "1,001 names": get("/names?n=1001"),
    "101 scores": score(["emma"] * 101),
    "20 names of 5 letters": get("/names?n=20&min_length=5&max_length=5"),
    "20 names with a prefix": get("/names?n=20&starts_with=ma"),
    "models": get("/models"),
    "a model": get("/models/lstm"),
    "alive": get("/healthz"),
    "ready": get("/readyz"),
    "schema": get("/openapi.json"),
}
PAUSE = 0.25
"""Seconds after which who is refused asks again."""
LONGEST_WAIT = 10.0
"""Seconds within which each of the others has its answer, refusals and all."""


class Other(threading.Thread):
    """Who asks for the same over and over, and how long each took until there was a 200."""

    def __init__(self, port: int, request: bytes, ended: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.request, self.ended = port, request, ended
        self.seconds: list[float] = []

    def run(self) -> None:
        while not self.ended.wait(0.05):
            began = time.perf_counter()
            while not self.answered() and not self.ended.wait(PAUSE):
                pass
            self.seconds.append(time.perf_counter() - began)

    def answered(self) -> bool:
        with suppress(OSError):
            return ask(self.port, self.request).status == 200
        return False


def test_many_large(service: Service, beside: ProcessPoolExecutor, report: Report) -> None:
    """64 who want 10,000 names, and 64 who want the dearest; all others are served."""
    for _ in range(ROUNDS):
        faults = crowd(service, beside, report)
        if not faults:
            break
    assert not faults, "; ".join(faults)


def crowd(service: Service, beside: ProcessPoolExecutor, report: Report) -> Sequence[str]:
    """The promises that are broken."""
    ended = threading.Event()
    requests = [get("/names?n=10000"), get(RARE)]
    others = {kind: Other(service.port, request, ended) for kind, request in OTHERS.items()}
    with Bystander(service.port) as bystander:
        running = beside.submit(load.closed_loop, service.port, requests, 128, 15, PAUSE)
        time.sleep(1)
        for other in others.values():
            other.start()
        samples = running.result()
        ended.set()
        for other in others.values():
            other.join()
    waits = {kind: max(other.seconds) for kind, other in others.items()}
    longest = ", ".join(
        f"{kind} {wait:.2f} s (of {len(others[kind].seconds)})" for kind, wait in waits.items()
    )
    statuses = [sample.status for sample in samples]
    report(
        f"{statuses.count(200)} served, {statuses.count(503)} refused, "
        f"{statuses.count(422)} too dear, {statuses.count(0)} lost; "
        f"bystander {bystander.percentile(50) * 1e3:.1f} ms, "
        f"99 % in {bystander.percentile(99) * 1e3:.1f} ms, {len(bystander.failures)} failures; "
        f"the longest wait for {longest}"
    )
    found = {f"{kind} wait {wait:.1f} s": wait > LONGEST_WAIT for kind, wait in waits.items()} | {
        "none was served": not statuses.count(200),
        f"{statuses.count(0)} lost": statuses.count(0),
        f"{len(bystander.failures)} failures beside it": bystander.failures,
        "a bystander waits": bystander.percentile(99) > MOST_WAIT,
    }
    return [said for said, fault in found.items() if fault]
