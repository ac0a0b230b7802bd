import re

import httpx
import pytest

from app.request_id import new_request_id


@pytest.mark.parametrize("sent", ["a", "0a1b-2c.3_D", "x" * 64])
def test_one_that_is_sent_comes_back(client: httpx.Client, sent: str) -> None:
    assert client.get("/healthz", headers={"x-request-id": sent}).headers["x-request-id"] == sent


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "a\tb", "ä", "a,b", "<script>", "%0a"])
def test_one_that_is_not_valid_is_replaced(client: httpx.Client, sent: str) -> None:
    answer = client.get("/healthz", headers={"x-request-id": sent.encode()})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


def test_of_two_neither_is_taken(client: httpx.Client) -> None:
    answer = client.get("/healthz", headers=[("x-request-id", "a"), ("x-request-id", "b")])
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/names", 200),
        ("HEAD", "/names", 200),
        ("GET", "/nowhere", 404),
        ("PUT", "/score", 405),
        ("GET", "/names?n=0", 422),
        ("GET", "/docs", 200),
    ],
)
def test_every_answer_has_one(client: httpx.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert len(answer.headers.get_list("x-request-id")) == 1


def test_each_is_new() -> None:
    assert len({new_request_id() for _ in range(1000)}) == 1000
