"""Which handler an error goes to, and what is answered."""

import asyncio
from contextlib import nullcontext
from typing import Any

import pytest
from fastapi import HTTPException, Request, Response
from starlette.types import Message, Receive, Scope, Send

from app.error_handling import ErrorHandling
from app.exchange import exchange_in


class BaseError(Exception):
    pass


class DerivedError(BaseError):
    pass


async def on_base(request: Request, error: Exception) -> Response:
    return Response(status_code=401)


def on_status(request: Request, error: Exception) -> Response:
    return Response(status_code=402, headers={"path": request.url.path})


async def on_http_error(request: Request, error: Exception) -> Response:
    return Response(status_code=403)


async def on_fault(request: Request, error: Exception) -> Response:
    return Response(status_code=500)


HANDLERS = {BaseError: on_base, 405: on_status, HTTPException: on_http_error, Exception: on_fault}


def statuses(
    error: Exception, handlers: Any = HANDLERS, *, begun: bool = False, is_raised: bool = False
) -> list[int]:
    """The statuses of what is sent where an application raises an error, which is raised again."""
    sent: list[int] = []
    scope: Scope = {"type": "http", "path": "/", "headers": [], "query_string": b"", "server": None}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        exchange_in(scope).begun = begun
        raise error

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            sent.append(message["status"])

    async def receive() -> Message:
        raise AssertionError

    with pytest.raises(type(error)) if is_raised else nullcontext():
        asyncio.run(ErrorHandling(app, handlers)(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BaseError(), 401),
        (DerivedError(), 401),
        (HTTPException(405), 402),
        (HTTPException(404), 403),
    ],
)
def test_the_nearest_handler_answers(error: Exception, status: int) -> None:
    assert statuses(error) == [status]


def test_what_nobody_foresaw_is_answered_and_raised() -> None:
    assert statuses(ValueError(), is_raised=True) == [500]


def test_behind_the_head_of_an_answer_there_is_no_other() -> None:
    for error in (BaseError(), ValueError()):
        assert statuses(error, begun=True, is_raised=True) == []


def test_without_a_handler_it_is_raised() -> None:
    assert statuses(ValueError(), {BaseError: on_base}, is_raised=True) == []
