"""Answers that are longer than memory: made as they are taken, and no further."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from app.streams import FIRST, PART, NameRows
from namewright import Model, Registry
from namewright.budget import Budget
from namewright.errors import BudgetError
from tests.conftest import serving
from tests.processes import running

MANY = "/names?n=10000000&seed=1&format=text"


@contextmanager
def service(model: Model, **settings: int) -> Iterator[str]:
    given = Settings(**settings)  # type: ignore[arg-type]
    with serving(create_app(Registry({"bigram": model}, "bigram"), given)) as url:
        yield url


@pytest.fixture(scope="module")
def alone(shipped: dict[str, Model]) -> Iterator[str]:
    """A service that sends one stream at a time."""
    with service(shipped["bigram"], streams=1) as url:
        yield url


@contextmanager
def asked(url: str, path: str) -> Iterator[socket.socket]:
    """A connection with a request on it, of a client that takes little at a time."""
    address = httpx.URL(url)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect((address.host, address.port))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        yield connection


def count(url: str, metric: str) -> float:
    text = httpx.get(f"{url}/metrics").text
    return sum(float(found) for found in re.findall(rf"^{metric}\{{.*\}} (\S+)$", text, re.M))


def wait_until_free(url: str) -> None:
    """Until the one place for a stream is."""
    for _ in range(500):
        if httpx.get(f"{url}/names?n=2000&format=csv").status_code == 200:
            return
        time.sleep(0.02)
    raise AssertionError("the place is not given back")


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many names are asked for, part by part."""
    found: list[int] = []
    take = NameRows.take

    def noted(rows: NameRows, n: int, budget: Budget) -> bytes:
        found.append(n)
        return take(rows, n, budget)

    monkeypatch.setattr(NameRows, "take", noted)
    return found


def test_the_first_line_is_there_at_once_and_no_more_is_made_than_is_taken(
    alone: str, taken: list[int]
) -> None:
    with asked(alone, MANY) as connection:
        assert connection.recv(64).startswith(b"HTTP/1.1 200 OK")
        size = 0
        for _ in range(50):  # until nothing more is made
            before = len(taken)
            time.sleep(0.1)
            if len(taken) == before:
                break
        size = sum(taken)
        assert taken[0] == FIRST
        assert size < 1_000_000, "what fits the buffers between"
        for _ in range(100):
            connection.recv(65536)
    wait_until_free(alone)


def test_when_the_client_goes_away_nothing_more_is_made(alone: str, taken: list[int]) -> None:
    before = count(alone, "namewright_names_generated_total")
    with asked(alone, MANY) as connection:
        connection.recv(1000)
    wait_until_free(alone)
    made = sum(n for n in taken if n in (FIRST, PART))
    time.sleep(0.2)
    assert sum(n for n in taken if n in (FIRST, PART)) == made < 1_000_000
    assert before < count(alone, "namewright_names_generated_total") < before + 1_000_000


def test_names_are_counted_as_they_are_made(shipped: dict[str, Model]) -> None:
    with service(shipped["bigram"]) as url:
        for query in ("n=20", "n=9999", "n=600&pattern=(a|b){1,2}&unique=true"):
            answer = httpx.get(f"{url}/names?{query}&format=text&seed=1")
            lines = answer.text.count("\n")
            before = count(url, "namewright_names_generated_total")
            assert before == {"n=20": 20, "n=9999": 10_019}.get(query, 10_025), lines
        # In vain, as there is no new one of these: that is counted too.
        before = count(url, "namewright_attempts_total")
        httpx.get(f"{url}/names?n=3000&pattern=anna|emma&novel=true&format=text")
        assert count(url, "namewright_attempts_total") > before + 9_999
        assert count(url, "namewright_names_generated_total") == 10_025


def test_beyond_the_places_is_503_and_small_requests_go_on(alone: str) -> None:
    with asked(alone, MANY) as connection:
        connection.recv(100)
        refused = httpx.get(alone + MANY)
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["type"] == "urn:namewright:problem:overload"
        assert httpx.get(f"{alone}/names?n=900&format=text").status_code == 200
        assert httpx.get(f"{alone}/names?n=9000").status_code == 200
    wait_until_free(alone)


def test_who_has_read_all_of_a_stream_may_ask_for_the_next(alone: str) -> None:
    with httpx.Client(base_url=alone) as client:
        for _ in range(20):
            assert client.get("/names?n=1001&format=text").status_code == 200


def test_a_head_of_a_stream_makes_its_first_part_alone(alone: str, taken: list[int]) -> None:
    head = httpx.head(alone + MANY)
    assert head.status_code == 200
    assert head.content == b""
    assert taken == [FIRST]
    with httpx.stream("GET", alone + MANY) as get:
        same = ("content-type", "etag", "cache-control", "namewright-seed", "namewright-digest")
        assert [head.headers[name] for name in same] == [get.headers[name] for name in same]
    wait_until_free(alone)
    assert (
        httpx.head(f"{alone}/names?n=5000&ends_with=a&max_length=1&starts_with=be").status_code
        == 422
    )


@pytest.mark.parametrize("error", [BudgetError(), RuntimeError("unforeseen")], ids=repr)
def test_what_goes_wrong_later_on_breaks_the_connection_off(
    shipped: dict[str, Model],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    error: Exception,
) -> None:
    """So that a client does not take what it has for all of it."""
    take = NameRows.take

    def fail(rows: NameRows, n: int, budget: Budget) -> bytes:
        if rows.exchange.names:
            raise error
        return take(rows, n, budget)

    monkeypatch.setattr(NameRows, "take", fail)
    with service(shipped["bigram"], streams=1) as url:
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(url + MANY)
        with asked(url, MANY) as connection:
            received = b""
            while part := connection.recv(65536):
                received += part
        assert received.count(b"\n") > FIRST
        assert not received.endswith(b"0\r\n\r\n")
        assert count(url, "namewright_names_generated_total") == 2 * FIRST
    # A filter that is too rare is the caller's, and no fault with a traceback.
    said = capfd.readouterr().err
    assert ("Traceback" in said) == isinstance(error, RuntimeError)
    assert str(error) in said


def memory(process: int, field: str) -> int:
    """MB of a process: VmRSS now, VmHWM at most."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(rf"{field}:\s+(\d+) kB", status)[0]) // 1024


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_a_million_names_take_little_memory(tmp_path: Path) -> None:
    """At most 20 MB more than the service has before, and a third of that for what varies."""
    with running(tmp_path) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        client.get("/names?n=1000&format=text")
        before = memory(server.process.pid, "VmRSS")
        size = lines = 0
        with client.stream("GET", "/names?n=1000000&seed=1&format=text") as answer:
            for part in answer.iter_raw():
                size, lines = size + len(part), lines + part.count(b"\n")
        assert lines == 1_000_000
        assert size > 7_000_000
        assert memory(server.process.pid, "VmHWM") - before <= 27
