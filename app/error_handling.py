"""An error becomes the answer of its handler: one that `app.add_exception_handler` was given."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from inspect import isawaitable
from typing import Any

from fastapi import Request, Response
from opentelemetry.trace import get_current_span  # which FastAPI depends on
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from .exchange import exchange_in

UNTIL_SENT = "fastapi_middleware_astack"
"""The key under which FastAPI keeps in a scope what is closed when the answer is sent."""

ErrorHandler = Callable[[Request, Any], Response | Awaitable[Response]]


class ErrorHandling:
    """An ASGI middleware, which does what two of Starlette's and two of FastAPI's do.

    `handlers` are by an error's class, or by the status of an HTTPException. What only the handler
    of `Exception` takes is a fault: it is traced, answered, and raised again, for the log.
    """

    def __init__(self, app: ASGIApp, handlers: Mapping[Any, ErrorHandler]) -> None:
        self.app, self.handlers = app, handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and answer in its place what is raised before there is an answer."""
        try:
            async with AsyncExitStack() as scope[UNTIL_SENT]:
                await self.app(scope, receive, send)
        except Exception as error:
            handler = self.handler_of(error)
            if handler is None or scope["type"] != "http" or exchange_in(scope).begun:
                raise
            is_fault = handler is self.handlers.get(Exception)
            if is_fault:
                get_current_span().record_exception(error)
            made = handler(Request(scope, receive, send), error)
            response = await made if isawaitable(made) else made
            await response(scope, receive, send)
            if is_fault:
                raise

    def handler_of(self, error: Exception) -> ErrorHandler | None:
        """The handler of the nearest of an error's classes; of an HTTPException, by its status."""
        if isinstance(error, HTTPException) and error.status_code in self.handlers:
            return self.handlers[error.status_code]
        kinds = type(error).__mro__
        return next((self.handlers[kind] for kind in kinds if kind in self.handlers), None)
