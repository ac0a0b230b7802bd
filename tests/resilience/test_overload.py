"""More than it can do: what it takes on it does in time, and the rest it refuses at once."""

import time
from concurrent.futures import ProcessPoolExecutor
from statistics import median

import pytest

from tests.resilience import load
from tests.resilience.bystander import Bystander, percentile
from tests.resilience.conftest import Report
from tests.resilience.harm import ROUNDS
from tests.resilience.load import BUSY
from tests.resilience.service import Service
from tests.resilience.wire import get, score

CLIENTS = 4
"""Callers who keep two cores busy: two have their request in work, and two wait."""
SECONDS = 20.0
TIMES = 10

NAMES = ["emma", "olivia", "wilhelmina", "maximiliana"]


@pytest.mark.alone
@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(get("/names?n=10000&seed=1&min_length=9"), id="names"),
        pytest.param(score(NAMES * 2500, characters=True), id="scores"),
    ],
)
def test_overload(
    request_: bytes, service: Service, beside: ProcessPoolExecutor, report: Report
) -> None:
    for _ in range(ROUNDS):
        faults = overload(request_, service, beside, report)
        if not faults:
            break
    assert not faults, "; ".join(faults)


def overload(
    request: bytes, service: Service, beside: ProcessPoolExecutor, report: Report
) -> list[str]:
    """The promises that are broken."""

    def at_capacity(seconds: float) -> list[load.Sample]:
        run = beside.submit(load.closed_loop, service.port, [request], CLIENTS, seconds)
        return run.result()

    before = at_capacity(4)
    rate, usual = len(before) / 4, median(s.seconds for s in before)
    with Bystander(service.port) as bystander:
        offered = TIMES * rate
        samples = beside.submit(load.open_loop, service.port, request, offered, SECONDS).result()
    time.sleep(1)
    after = at_capacity(2)
    again = median(s.seconds for s in after)
    admitted = [s.seconds for s in samples if s.status == 200]
    shed = [s for s in samples if s.status == BUSY]
    lost = len(samples) - len(admitted) - len(shed)
    refused_in = percentile([s.seconds for s in shed], 99) if shed else 0.0
    slower = median(admitted) / usual if admitted else float("inf")
    report(
        f"capacity {rate:.0f}/s, median {usual * 1e3:.0f} ms; at {offered:.0f}/s for {SECONDS:g} s "
        f"{len(admitted) / SECONDS:.0f}/s admitted, median {slower:.2f} x; "
        f"{len(shed)} refused, 99 % in {refused_in * 1e3:.0f} ms, {lost} lost; a second later "
        f"{len(after) / 2:.0f}/s, median {again * 1e3:.0f} ms; "
        f"bystander 99 % in {bystander.percentile(99) * 1e3:.0f} ms, "
        f"{len(bystander.failures)} failures"
    )
    found = {
        "a request was refused or lost at capacity": {s.status for s in before} != {200},
        f"{lost} lost": lost,
        "nothing was refused": not shed,
        "refused without Retry-After": not all(s.says_when for s in shed),
        f"refused in {refused_in * 1e3:.0f} ms": refused_in > 0.100,
        f"an admitted one takes {slower:.1f} times as long": slower > 2,
        f"{len(admitted) / SECONDS:.0f}/s admitted of {rate:.0f}/s": len(admitted)
        < rate * SECONDS / 2,
        "not recovered after a second": {s.status for s in after} != {200} or again > 1.5 * usual,
        f"{len(bystander.failures)} failures beside it": bystander.failures,
    }
    return [said for said, fault in found.items() if fault]
