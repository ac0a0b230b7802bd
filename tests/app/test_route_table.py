"""What is looked up is answered as the router would answer it."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.error_handling import ErrorHandling
from app.main import create_app
from app.route_table import RouteTable


def application() -> FastAPI:
    """Calls that say what the scope of their request has."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)

    async def seen(request: Request) -> dict[str, Any]:
        scope = request.scope
        assert scope["router"] is app.router
        assert scope["endpoint"] is scope["route"].endpoint
        return {"route": scope["route"].name, "parameters": scope["path_params"]}

    async def refuse() -> None:
        raise HTTPException(401)

    app.get("/fixed", name="fixed")(seen)
    app.post("/fixed", name="posted to fixed")(seen)
    app.post("/posted", name="posted")(seen)
    app.get("/of/{one}", name="of one")(seen)
    app.get("/of/all", name="behind one of a parameter")(seen)
    app.get("/guarded", name="guarded", dependencies=[Depends(refuse)])(seen)
    return app


def answer(app: ASGIApp, method: str, path: str, root_path: str = "") -> tuple[int, str]:
    """The status of an answer, and its text."""

    async def ask() -> httpx.Response:
        handling = ErrorHandling(app, FastAPI().exception_handlers)
        transport = httpx.ASGITransport(handling, root_path=root_path)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.request(method, path)

    found = asyncio.run(ask())
    return found.status_code, found.text


@pytest.mark.parametrize("root_path", ["", "/of"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize(
    "path",
    ["/fixed", "/fixed/", "/posted", "/of/some", "/of/all", "/of/{one}", "/guarded", "/nowhere"],
)
def test_the_answer_is_the_routers(path: str, method: str, root_path: str) -> None:
    router = application().router
    expected = answer(router, method, path, root_path)
    assert answer(RouteTable(router), method, path, root_path) == expected


def test_the_router_is_not_asked_for_what_is_in_the_table() -> None:
    router = application().router
    table = RouteTable(router)

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        raise HTTPException(418)

    router.middleware_stack = asked
    assert answer(table, "GET", "/fixed") == (200, '{"route":"fixed","parameters":{}}')
    assert answer(table, "GET", "/guarded")[0] == 401
    for path in ("/of/all", "/of/{one}", "/posted", "/nowhere"):
        assert answer(table, "GET", path)[0] == 418
    assert answer(table, "POST", "/fixed")[0] == 418


def test_names_are_looked_up() -> None:
    assert "/names" in RouteTable(create_app().router).routes
