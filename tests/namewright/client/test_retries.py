"""What is tried again, against a server that says its piece."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from namewright.client import Client, Retries
from namewright.client.errors import NoAnswerError, ProblemError, TimedOutError, retry_after
from namewright.client.retries import Attempts
from tests.namewright.client.calling import AT_ONCE, GOOD, NAMES, awaited
from tests.namewright.client.proxy import answer, saying

BUSY = json.dumps({"type": "t", "title": "", "status": 503, "detail": "busy"})


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_what_passes_is_tried_again(status: int) -> None:
    busy = answer(status, BUSY.replace("503", str(status)))
    with saying(busy, busy, GOOD) as (url, script):
        with Client(url, retries=AT_ONCE) as client:
            assert client.names(1, seed=1) == ["ab"]
        assert len(set(script.requests)) == 1
        assert len(script.requests) == 3
    with saying(busy, GOOD) as (url, _):
        assert awaited(url, lambda client: client.names(1, seed=1)) == ["ab"]


def test_what_does_not_pass_is_given_up(address: str) -> None:
    with saying(answer(503, BUSY)) as (url, script), Client(url, retries=AT_ONCE) as client:
        with pytest.raises(ProblemError, match="busy"):
            client.names()
        assert len(script.requests) == 3
    with saying(answer(500, BUSY.replace("503", "500"))) as (url, script), Client(url) as client:
        with pytest.raises(ProblemError, match="busy"):
            client.names()
        assert len(script.requests) == 1


def test_retry_after_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    busy = answer(503, BUSY, Retry_After=7)
    with saying(busy, GOOD) as (url, _), Client(url, retries=AT_ONCE) as client:
        assert client.names() == ["ab"]
    assert slept == [7]
    with saying(answer(429, BUSY, Retry_After=999)) as (url, script), Client(url) as client:
        with pytest.raises(ProblemError) as caught:
            client.names()
        assert caught.value.retry_after == 999
        assert len(script.requests) == 1  # nobody waits that long


def test_a_retry_after_is_seconds_or_a_date() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert 88 < (retry_after(soon) or 0) <= 90
    assert retry_after("Thu, 01 Jan 1970 00:00:00 GMT") == 0
    assert retry_after("3") == 3
    for nothing in ("", "soon", "-1", "٣x"):
        assert retry_after(nothing) is None


def test_pauses_grow_and_are_bounded() -> None:
    attempts = Attempts(Retries(times=50, first=1, longest=8))
    pauses = [attempts.pause(NoAnswerError()) for _ in range(50)]
    assert all(pause <= 2**k for k, pause in enumerate(pauses))
    assert 4 < max(pauses) <= 8
    with pytest.raises(NoAnswerError):
        attempts.pause(NoAnswerError())


def test_a_service_that_is_away_is_no_answer() -> None:
    url = "http://127.0.0.1:1"
    with Client(url, retries=AT_ONCE) as client, pytest.raises(NoAnswerError, match="refused"):
        client.names()
    with pytest.raises(NoAnswerError):
        awaited(url, lambda client: client.score(["a"]))


def test_a_service_that_says_nothing_times_out() -> None:
    with saying(30.0) as (url, script):
        with Client(url, timeout=0.1, retries=AT_ONCE) as client, pytest.raises(TimedOutError):
            client.names()
        with pytest.raises(TimeoutError):
            awaited(url, lambda client: client.names(), timeout=0.1, retries=Retries(times=0))
        assert len(script.requests) == 4


def test_half_an_answer_is_asked_for_again() -> None:
    half = answer(200, NAMES, "application/json")[:-5]
    with saying(half, GOOD) as (url, script), Client(url, retries=AT_ONCE) as client:
        assert client.names() == ["ab"]
    assert len(script.requests) == 2
