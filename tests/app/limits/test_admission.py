"""Large requests: as many as there are places, and none for a client that has left."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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
"""A body that keeps its place until it is whole, or its client has gone."""


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
    """As many in work as there are places, all the while."""
    over = threading.Event()

    def ask() -> set[int]:
        found = set()
        while not over.is_set():
            asked = {"names": ["wilhelmina"] * 10_000, "characters": True}
            found.add(httpx.post(f"{crowded}/score", json=asked, timeout=60).status_code)
        return found

    with ThreadPoolExecutor(3) as callers:
        asking = [callers.submit(ask) for _ in range(3)]
        try:
            answers = [large(crowded) for _ in range(20)]
            assert httpx.get(f"{crowded}/names?n=20").status_code == 200
        finally:
            over.set()
    refused = [each for each in answers if each.status_code == 503]
    assert refused
    assert all(each.headers["retry-after"] == "1" for each in refused)
    assert {each.json()["type"] for each in refused} == {"urn:namewright:problem:overload"}
    assert set.union(*(each.result() for each in asking)) <= {200, 503}
    assert until_it_succeeds(crowded) == 200


def test_half_sent_large_bodies_keep_no_others_out_than_large_bodies(crowded: str) -> None:
    address = httpx.URL(crowded)
    asked = {"names": ["emma"] * 5_000}
    with ExitStack() as taken:
        for _ in range(2):
            place = socket.create_connection((address.host, address.port or 0))
            taken.enter_context(place).sendall(HALF_A_BODY)
        for _ in range(200):
            if (refused := httpx.post(f"{crowded}/score", json=asked)).status_code == 503:
                break  # until then their heads have not been read
        assert refused.status_code == 503
        assert "uploading" in refused.json()["detail"]
        assert large(crowded).status_code == 200
    for _ in range(200):
        if httpx.post(f"{crowded}/score", json=asked).status_code == 200:
            break
        time.sleep(0.02)
    else:
        pytest.fail("their places are not given back")


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
