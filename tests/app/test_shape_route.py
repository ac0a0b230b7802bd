"""Every request goes through the one door: what is added to it applies to all of them."""

import asyncio
from urllib.parse import parse_qsl

import httpx
import pytest
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from hypothesis import given
from hypothesis import strategies as st
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.responses import Response
from starlette.types import Message

from app.main import create_app
from app.shape_route import parse
from namewright import Model, Registry
from tests.conftest import serving

REQUESTS = [
    ("GET", "/names?n=3&seed=1", None),
    ("GET", "/names?n=5000&seed=1&starts_with=a", None),
    ("GET", "/names?n=0", None),
    ("POST", "/score", {"names": ["ab"]}),
    ("POST", "/score", {"names": []}),
    ("POST", "/score?model=tiny", "ab\nba\n"),
    ("GET", "/names?n=5000&seed=1&format=csv", None),
    ("GET", "/models", None),
    ("GET", "/models/tiny", None),
    ("GET", "/healthz", None),
]


def ask(
    method: str, url: str, body: object, headers: dict[str, str] | None = None
) -> httpx.Response:
    """Send a request: a text as lines, anything else as JSON."""
    if isinstance(body, str):
        lines = {"content-type": "text/plain", **(headers or {})}
        return httpx.request(method, url, content=body, headers=lines)
    return httpx.request(method, url, json=body, headers=headers)


def registry_of(model: Model) -> Registry:
    return Registry({"tiny": model}, "tiny")


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS, ids=str)
def test_a_middleware_applies_to_every_request(
    tiny_model: Model, method: str, path: str, body: object
) -> None:
    app = create_app(registry_of(tiny_model))

    async def mark(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["x-marked"] = "yes"
        return response

    app.add_middleware(BaseHTTPMiddleware, dispatch=mark)
    with serving(app) as url:
        assert ask(method, url + path, body).headers["x-marked"] == "yes"


def refuse(x_key: str = Header(default="")) -> None:
    if x_key != "right":
        raise HTTPException(401)


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS, ids=str)
def test_a_dependency_applies_to_every_request(
    tiny_model: Model, method: str, path: str, body: object
) -> None:
    with serving(create_app(registry_of(tiny_model), dependencies=[Depends(refuse)])) as url:
        assert ask(method, url + path, body).status_code == 401
        allowed = ask(method, url + path, body, {"x-key": "right"})
    with serving(create_app(registry_of(tiny_model))) as url:
        free = ask(method, url + path, body)
    assert (allowed.status_code, allowed.content) == (free.status_code, free.content)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_dependency_of_an_including_application_applies_too(
    tiny_model: Model, method: str
) -> None:
    inner, outer = create_app(registry_of(tiny_model)), FastAPI()
    outer.state = inner.state
    outer.include_router(inner.router, dependencies=[Depends(refuse)])
    with serving(outer) as url:
        assert httpx.request(method, f"{url}/names?n=3").status_code == 401
        allowed = httpx.request(method, f"{url}/names?n=3", headers={"x-key": "right"})
    assert allowed.status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/names?seed=1", "/score?name=ab", "/models", "/models/tiny", "/healthz", "/health", "/docs"],
)
def test_head_is_get_without_its_body(client: httpx.Client, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == get.status_code == 200
    assert head.headers["content-length"] == get.headers["content-length"]
    assert head.content == b""


def test_a_path_with_a_slash_is_not_redirected(client: httpx.Client) -> None:
    response = client.get("/names/", headers={"host": "evil"})
    assert response.status_code == 404
    assert "location" not in response.headers


def test_a_query_where_there_is_none_to_send_is_refused(client: httpx.Client) -> None:
    for path in ("/models?a=1", "/models/tiny?a=1", "/healthz?a=1"):
        assert client.get(path).status_code == 422


@pytest.mark.parametrize(
    "events",
    [
        [{"body": b'{"names": ["ab"]}'}],
        [{"body": b'{"names":', "more_body": True}, {"body": b'["ab"]}'}],
        [{"body": b'{"names": ["ab"]}', "more_body": True}, {}],
    ],
)
def test_an_event_may_lack_what_asgi_says_it_may(
    tiny_model: Model, events: list[dict[str, object]]
) -> None:
    app, sent = create_app(registry_of(tiny_model)), []
    scope = {"type": "http", "method": "POST", "path": "/score", "query_string": b""}
    scope |= {"headers": [(b"content-type", b"application/json")]}
    coming = iter(events)

    async def receive() -> Message:
        return {"type": "http.request", **next(coming)}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 200


@given(st.text("a=&%+2;é ", max_size=20))
def test_a_query_is_read_as_the_standard_library_reads_it(query: str) -> None:
    assert parse(query) == parse_qsl(query, keep_blank_values=True)
