"""The fast path and the routes behind it: whichever answers, the answer is the same."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message

from namewright import Model, Registry
from app.fast_path import FastPath
from app.main import create_app
from app.problems import install
from app.routes import router

Answer = tuple[int, dict[bytes, bytes], bytes]


@pytest.fixture(scope="module")
def both(tiny_model: Model, shipped: dict[str, Model]) -> tuple[ASGIApp, ASGIApp]:
    """The application as it is served, and one without its fast path."""
    from fastapi import FastAPI

    registry = Registry({"tiny": tiny_model, **shipped}, "mlp")
    plain = FastAPI()
    plain.state.registry = registry
    plain.include_router(router)
    install(plain)
    return create_app(registry=registry), plain


def ask(
    app: ASGIApp, method: str, path: str, query: bytes = b"", body: bytes = b"", kind: bytes = b""
) -> Answer:
    """One request, straight into the application."""
    sent: list[Message] = []
    received = iter([{"type": "http.request", "body": body, "more_body": False}])
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": [(b"content-type", kind)] if kind else [],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("test", 80),
        "client": ("test", 1),
        "root_path": "",
    }

    async def receive() -> Message:
        return next(received, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        sent.append(message)

    async def main() -> None:
        await app(scope, receive, send)

    asyncio.run(main())
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


KEYS = """n model seed offset temperature top_k top_p min_length max_length starts_with N sed"""
VALUES = (
    """mlp tiny bigram nobody a nan inf 1e3 0.5 1_0 1001 %31 +1 1.0 0x1 %F0%9F%98%80 %ff ma true"""
)
keys = st.sampled_from(KEYS.split())
values = st.one_of(
    st.integers(-2, 40).map(str),
    st.sampled_from(
        ["", "mlp", "tiny", "bigram", "nobody", "a", "nan", "inf", "1e3", "0.5", "1_0"]
    ),
    st.sampled_from(["1001", "%31", "+1", " 1", "1.0", "0x1", "%F0%9F%98%80", "%ff", "ma", "true"]),
    st.text("0123456789.e-+%&=;a", max_size=6),
)
queries = st.lists(st.tuples(keys, values), max_size=5).map(
    lambda pairs: "&".join(["seed=5", *(f"{key}={value}" for key, value in pairs)])
)


@settings(max_examples=400)
@given(st.one_of(queries, st.text("nsed=1&%+;5.", max_size=12).map("seed=5&".__add__)))
@example("seed=5&n=1000")
@example("seed=5&n=1001")
@example("seed=5;n=3")
@example("seed=5&n=2&n=2")
@example("seed=5&=")
@example("seed=5&&n=1")
def test_any_query_has_one_answer(both: tuple[ASGIApp, ASGIApp], query: str) -> None:
    raw = query.encode()
    fast, plain = (ask(app, "GET", "/names", raw) for app in both)
    assert fast == plain


bodies = st.one_of(
    st.fixed_dictionaries(
        {"names": st.lists(st.text(max_size=8) | st.just("emma"), max_size=4)},
        optional={
            "model": st.sampled_from(["mlp", "tiny", "nobody", None, 1]),
            "characters": st.sampled_from([True, False, "true", 1, 0, "no", None, 2]),
            "charcters": st.just(True),
        },
    ).map(lambda body: json.dumps(body).encode()),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=5,
    ).map(lambda body: json.dumps(body).encode()),
    st.binary(max_size=20),
)


@settings(max_examples=400)
@given(
    bodies,
    st.sampled_from([b"application/json", b"application/json; charset=utf-8", b"text/plain", b""]),
)
@example(b'{"names": ["a"], "names": ["b"]}', b"application/json")
@example(b'{"names": ["\\ud800"]}', b"application/json")
@example(b'\xef\xbb\xbf{"names": ["a"]}', b"application/json")
@example('{"names": ["é"]}'.encode("utf-16"), b"application/json")
@example(json.dumps({"names": ["a"] * 101}).encode(), b"application/json")
@example(b'{"names": ["a", NaN]}', b"application/json")
def test_any_body_has_one_answer(both: tuple[ASGIApp, ASGIApp], body: bytes, kind: bytes) -> None:
    fast, plain = (ask(app, "POST", "/score", body=body, kind=kind) for app in both)
    assert fast == plain


def test_plain_requests_are_answered_without_the_routes(tiny_model: Model) -> None:
    async def fail(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("it was handed on")

    app = FastPath(fail, Registry({"tiny": tiny_model}, "tiny"))
    assert ask(app, "GET", "/names", b"n=20&seed=42&temperature=0.8")[0] == 200
    body = b'{"names": ["ab"]}'
    assert ask(app, "POST", "/score", body=body, kind=b"application/json")[0] == 200


@pytest.mark.parametrize(
    "query", [b"n=0", b"n=1&n=2", b"m=1", b"model=x", b"min_length=4", b"starts_with=a", b"n=9999"]
)
def test_unusual_requests_are_handed_on(tiny_model: Model, query: bytes) -> None:
    handed_on = []

    async def note(scope: Any, receive: Any, send: Any) -> None:
        handed_on.append(scope["query_string"])
        await send({"type": "http.response.start", "status": 418, "headers": []})

    app = FastPath(note, Registry({"tiny": tiny_model}, "tiny"))
    assert ask(app, "GET", "/names", query)[0] == 418
    assert handed_on == [query]
