"""The FastAPI application that everything is installed in, with what FastAPI leaves out.

What has to see every answer (the request's id, the headers that each has, the count of them) goes
into `outermost`, which is around the middlewares that are added as FastAPI documents it. What may
refuse a request goes into `innermost`, where its error becomes an answer as any other does.
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from pydantic import TypeAdapter
from starlette.types import ASGIApp, Receive, Scope, Send

from namewright.answers import (
    ComparisonResponse,
    ModelResponse,
    ModelsResponse,
    NamesResponse,
    Problem,
    ScoreResponse,
    Status,
    StepsResponse,
)
from namewright.inside import Inside

from .error_handling import ErrorHandling
from .problems import REFERENCE
from .route_table import RouteTable

Middleware = Callable[[ASGIApp], ASGIApp]

SHAPES = (
    NamesResponse
    | ScoreResponse
    | ComparisonResponse
    | ModelsResponse
    | ModelResponse
    | Inside
    | StepsResponse
    | Status
    | Problem
)
"""What answers are made of, as the OpenAPI document shows it. Calls refer to these by name, so that
they are looked into when the document is asked for: that takes a twentieth of a start."""


class Application(FastAPI):
    """A FastAPI that documents its answers when asked to, with middlewares around all others."""

    def __init__(self, *, telemetry: TelemetryConfig | None = None, **settings: Any) -> None:
        super().__init__(telemetry=telemetry, **settings)
        self.is_traced = telemetry is None or any(telemetry.values())
        """Whether FastAPI may make spans, for which it takes all of its own steps."""
        self.outermost: list[Middleware] = []
        """Each is made around those before it, once, at the first request."""
        self.innermost: list[Middleware] = []
        """The same, around the router."""
        self.documenting: list[Callable[[dict[str, Any]], None]] = []
        """Each adds to the OpenAPI document what it knows, once, when it is first asked for."""

    def openapi(self) -> dict[str, Any]:
        """As FastAPI's, and the shapes that answers are made of."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        document = super().openapi()
        shapes = TypeAdapter(SHAPES).json_schema(ref_template=REFERENCE, mode="serialization")
        document["components"]["schemas"] |= shapes["$defs"]
        for add in self.documenting:
            add(document)
        return document

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As FastAPI's, in one step where its own two would have nothing to do."""
        if self.middleware_stack is None or self.is_traced or self.root_path:
            await super().__call__(scope, receive, send)
        else:
            scope["app"] = self
            await self.middleware_stack(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        """The router, what answers its errors, and around them the middlewares.

        FastAPI's own has five middlewares in place of `ErrorHandling`, which took a twentieth of a
        small request's time. One of them does nothing here: its limit of bodies comes too late
        (see `limits/bodies.py`).
        """
        stack: ASGIApp = self.router if self.is_traced else RouteTable(self.router)
        for middleware in self.innermost:
            stack = middleware(stack)
        stack = ErrorHandling(stack, self.exception_handlers)
        for middleware_class, arguments, options in reversed(self.user_middleware):
            stack = middleware_class(stack, *arguments, **options)
        for middleware in self.outermost:
            stack = middleware(stack)
        return stack
