"""Answers that nobody takes."""

import json
from concurrent.futures import ProcessPoolExecutor

from tests.resilience.attack import Attack
from tests.resilience.conftest import Report
from tests.resilience.harm import check
from tests.resilience.service import Service
from tests.resilience.wire import get, post

LONGEST = post(
    "/score",
    json.dumps(
        {"names": ["wilhelmina", "maximiliana"] * 5000, "characters": True}, separators=(",", ":")
    ).encode(),
)
"""A request whose answer has more than 8 MB."""


def test_unread_scores(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    attack = Attack(LONGEST, count=60, reads=False)
    check(service, elsewhere, report, [attack], refused=False, seconds=10)


def test_unread_lines(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """The scores of as many lines as a body may have."""
    lines = (b"wilhelmina\nmaximiliana\n" * 45_000)[:1_048_576]
    attack = Attack(post("/score", lines, Content_Type="text/plain"), count=60, reads=False)
    check(service, elsewhere, report, [attack], refused=False, seconds=10)


def test_unread_names(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    attack = Attack(get("/names?n=10000"), count=300, over=2, reads=False)
    check(service, elsewhere, report, [attack], refused=False, seconds=10)


def test_unread_pipelined(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    """A thousand small requests each, one behind the other, and no answer taken."""
    attack = Attack(get("/names?n=200") * 1000, count=60, reads=False)
    check(service, elsewhere, report, [attack], refused=False, seconds=10)


def test_unread_documents(service: Service, elsewhere: ProcessPoolExecutor, report: Report) -> None:
    attack = Attack(get("/openapi.json") * 200, count=60, reads=False)
    check(service, elsewhere, report, [attack], refused=False, seconds=10)
