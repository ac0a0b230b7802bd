"""Large requests: as many as there are places, and none for a client that has left."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from app.main import create_app
from app.settings import Settings
from namewright import Model, Registry
from tests.conftest import serving

MANY = {"n": 10_000, "seed": 1}
RARE = {"n": 10_000, "min_length": 12, "seed": 1}
"""Some hundred candidates for each name: dear, once that is known."""


@pytest.fixture(scope="module")
def crowded(shipped: dict[str, Model]) -> Iterator[str]:
    settings = Settings(large_requests=1, queue=1, max_candidates=10**8)
    with serving(create_app(Registry(shipped, "lstm"), settings)) as url:
        yield url


HALF_A_BODY = (
    b"POST /score HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Content-Length: 20000\r\n\r\n{"
)
"""A large request that keeps its place until its body is there, or its client has gone."""


def large(url: str) -> httpx.Response:
    return httpx.get(f"{url}/names", params=MANY, timeout=60)


def until_it_succeeds(url: str) -> int:
    """The status of a large request, asked for until there is a place for it."""
    for _ in range(200):
        if (answer := large(url)).status_code != 503:
            break
        time.sleep(0.02)
    return answer.status_code


def test_beyond_the_places_is_503_at_once_and_small_requests_go_on(crowded: str) -> None:
    address = httpx.URL(crowded)
    with ExitStack() as taken:
        for _ in range(2):
            place = socket.create_connection((address.host, address.port or 0))
            taken.enter_context(place).sendall(HALF_A_BODY)
        for _ in range(200):
            if (refused := large(crowded)).status_code == 503:
                break  # until then their heads have not been read
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["type"] == "urn:namewright:problem:overload"
        assert httpx.get(f"{crowded}/names?n=20").status_code == 200
    assert until_it_succeeds(crowded) == 200


def test_a_batch_whose_client_has_left_gives_its_place_back(crowded: str) -> None:
    for _ in range(4):
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{crowded}/names", params=RARE | {"min_length": 14}, timeout=0.02)
    assert until_it_succeeds(crowded) == 200


def test_a_batch_draws_no_more_candidates_than_it_may(shipped: dict[str, Model]) -> None:
    settings = Settings(max_candidates=10_000)
    with serving(create_app(Registry(shipped, "lstm"), settings)) as url:
        answer = httpx.get(f"{url}/names", params=RARE)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:namewright:problem:no-name-found"
    assert "fewer names" in answer.json()["detail"]
