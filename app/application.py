"""The FastAPI application that everything is installed in, with what FastAPI leaves out.

Starlette answers an unforeseen fault outside every middleware that is added to it. What has to see
that answer too (the request's id, the headers that every answer has, the count of them) goes into
`outermost`.
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter
from starlette.types import ASGIApp

from namewright.answers import Problem

from .problems import REFERENCE

Middleware = Callable[[ASGIApp], ASGIApp]


class Application(FastAPI):
    """A FastAPI that documents problems, and has middlewares outside of all others."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.outermost: list[Middleware] = []
        """Each is made around those before it, once, at the first request."""
        self.documenting: list[Callable[[dict[str, Any]], None]] = []
        """Each adds to the OpenAPI document what it knows, once, when it is first asked for."""

    def openapi(self) -> dict[str, Any]:
        """As FastAPI's, and the shapes that problems are made of."""
        if self.openapi_schema is not None:
            return self.openapi_schema
        document = super().openapi()
        shapes = TypeAdapter(list[Problem]).json_schema(ref_template=REFERENCE)["$defs"]
        document["components"]["schemas"] |= shapes
        for add in self.documenting:
            add(document)
        return document

    def build_middleware_stack(self) -> ASGIApp:
        """As Starlette's, and the outermost middlewares around it."""
        stack = super().build_middleware_stack()
        for middleware in self.outermost:
            stack = middleware(stack)
        return stack
