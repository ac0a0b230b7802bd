"""Heads that are too long, that never end, and connections on which nothing comes."""

from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.resilience.attack import Attack
from tests.resilience.conftest import Report
from tests.resilience.harm import check
from tests.resilience.service import MB, Service
from tests.resilience.wire import get, upload

START = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"
LINE = b"X: a\r\n"
LONG = b"X: %b\r\n" % (b"a" * 170)
END = b"\r\n"
SMALL = 8_192
"""The longest body that is small."""


def test_long_heads(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """Of 32 MB: one header, many, a target, a method, and spaces before any of it."""
    long = b"a" * 65536
    attacks = [
        Attack(START + b"X: ", long, 32 * MB),
        Attack(START, b"X-%b: a\r\n" % (b"a" * 64), 32 * MB),
        Attack(START + b"X", long, 32 * MB),
        Attack(b"GET /", long, 32 * MB),
        Attack(b"GET /names?seed=", long, 32 * MB),
        Attack(b"", long, 32 * MB),
        Attack(b"", END, 2 * MB),
    ]
    check(service, elsewhere, report, attacks)


def test_many_headers(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """100,000 of them; and 200, with which the head is short."""
    attacks = [
        Attack(START + LINE * 100_000 + END, count=3),
        Attack(START + LINE * 200 + END, count=3),
        Attack(get("/names?" + "n=1&" * 20_000), count=3),
        Attack(get("/" + "a/" * 10_000), count=3),
    ]
    check(service, elsewhere, report, attacks)


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(Attack(b"", count=1000), id="idle"),
        pytest.param(Attack(START, count=1000), id="half a head"),
        pytest.param(Attack(START + LONG * 99, count=1000, over=2), id="more than a head"),
        pytest.param(Attack(START + b"X: " + b"a" * 16_000, count=1000), id="half a line"),
        pytest.param(Attack(START, LINE, 60 * MB, count=200, pause=0.5), id="a slow head"),
        pytest.param(Attack(upload(1000) + b"{", count=1000), id="half a body"),
        pytest.param(Attack(upload(SMALL), b" ", SMALL, count=250, pause=0.5), id="a slow body"),
        pytest.param(Attack(get("/healthz"), b" ", 0, count=1000), id="answered once"),
    ],
)
def test_stalled(
    attack: Attack, service: Service, elsewhere: ProcessPoolExecutor, report: Report
) -> None:
    refused = attack.head != get("/healthz")
    check(service, elsewhere, report, [attack], refused=refused, seconds=10)


def test_all_stalled(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """All kinds of them, opened over five seconds."""
    attacks = [
        Attack(b"", count=1000, over=5),
        Attack(START, count=1000, over=5),
        Attack(upload(1000) + b"{", count=1000, over=5),
    ]
    check(service, elsewhere, report, attacks)
