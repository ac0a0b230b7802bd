from collections.abc import Iterator

import httpx
import pytest
from fastapi import Response
from pydantic import TypeAdapter

from app.main import create_app
from app.problems import PROBLEMS
from namewright import Registry
from namewright.answers import Problem
from namewright.errors import NamewrightError
from tests.conftest import serving


def descendants(kind: type[NamewrightError]) -> Iterator[type[NamewrightError]]:
    for child in kind.__subclasses__():
        yield child
        yield from descendants(child)


def test_every_exception_of_the_library_has_a_problem() -> None:
    for kind in descendants(NamewrightError):
        if kind.__module__.startswith("namewright.client."):
            continue  # whoever asks a service, and not the service, raises these
        assert any(parent in PROBLEMS for parent in kind.__mro__), kind


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/score", 422),
        ("PUT", "/score", 405),
        ("PUT", "/names", 405),
        ("GET", "/names?n=0", 422),
        ("GET", "/names?model=x", 404),
        ("GET", "/healthz?really=1", 422),
    ],
)
def test_every_error_is_a_problem(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = TypeAdapter(Problem).validate_python(response.json())
    assert problem["status"] == status
    assert problem["detail"]


def test_a_405_says_what_is_allowed(client: httpx.Client) -> None:
    assert client.put("/score").headers["allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    "query",
    [
        "n=SECRET",
        "SECRET=1",
        "model=SECRET",
        "starts_with=SECRET1",
        "SECRET=1&SECRET=2",
        "n=1&n=SECRET",
        "seed=SECRET",
    ],
)
def test_nothing_that_was_sent_comes_back(client: httpx.Client, query: str) -> None:
    response = client.get(f"/names?{query}")
    assert response.is_client_error
    assert "secret" not in response.text.lower()


def test_an_unforeseen_fault_is_a_500_without_its_message() -> None:
    app = create_app(registry=Registry({}, "none"))

    async def fail() -> Response:
        raise RuntimeError("the password is hunter2")

    app.add_api_route("/fail", fail)
    with serving(app) as url:
        response = httpx.get(f"{url}/fail")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in response.text
