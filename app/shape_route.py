"""The one door: a FastAPI route that reads a call's query or body by its shape's own validator.

FastAPI documents the call and guards it: each dependency of the application, the router or the
call is solved by FastAPI for every request, and every middleware is passed. What is left out is
FastAPI's own way of reading a query, which takes most of its time: it reads each field by itself,
and then the shape again.
"""

from collections import Counter
from collections.abc import Callable, Coroutine
from copy import copy
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.dependencies.utils import solve_dependencies
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import ValidationError
from starlette.types import Receive, Scope, Send


class ShapeRoute(APIRoute):
    """A route whose endpoint takes at most one shape, `Query()` or body, and returns a Response.

    A parameter that is sent twice, and a query where there is no shape for one, are refused.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """How a request is answered: read the shape, solve the dependencies, call."""
        endpoint: Callable[..., Coroutine[Any, Any, Response]] = self.endpoint
        shapes = [*self.dependant.query_params, *self.dependant.body_params]
        assert len(shapes) <= 1, f"{endpoint.__name__} takes {len(shapes)} shapes; one is enough"
        name = shapes[0].name if shapes else ""
        shape: Any = shapes[0].field_info.annotation if shapes else None
        in_body = bool(self.dependant.body_params)
        validator = shape.__pydantic_validator__ if shape else None
        rest = copy(self.dependant)
        rest.query_params, rest.body_params = [], []
        takes_more = bool(rest.dependencies or rest.path_params or rest.header_params)
        takes_more = takes_more or bool(rest.cookie_params)
        request_name = rest.request_param_name

        async def handle(request: Request) -> Response:
            # Dependencies first: what they refuse is not read.
            values = await self.solve(rest, request) if takes_more else {}
            if request_name and not takes_more:
                values[request_name] = request
            query = read_query(request)
            try:
                if in_body:
                    assert validator is not None
                    values[name] = validator.validate_json(await read_json(request))
                elif validator is not None:
                    values[name] = validator.validate_python(query)
            except ValidationError as error:
                raise invalid("body" if in_body else "query", error) from None
            if query and (in_body or validator is None):
                raise RequestValidationError([unknown(parameter) for parameter in query])
            return await endpoint(**values)

        return handle

    async def solve(self, dependant: Any, request: Request) -> dict[str, Any]:
        """What dependencies, paths and headers give. Raises RequestValidationError."""
        solved = await solve_dependencies(
            request=request,
            dependant=dependant,
            dependency_overrides_provider=self.dependency_overrides_provider,
            async_exit_stack=request.scope["fastapi_inner_astack"],
            embed_body_fields=False,
        )
        if solved.errors:
            raise RequestValidationError(solved.errors)
        return solved.values

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As FastAPI's; a HEAD is answered as the GET that it stands for, without the body."""
        if scope["method"] == "HEAD" and "GET" in (self.methods or ()):
            await self.app(scope, receive, send)
        else:
            await super().handle(scope, receive, send)


def read_query(request: Request) -> dict[str, str]:
    """The parameters of a query. Raises RequestValidationError for one that is there twice.

    Which of two was meant, only the caller knows.
    """
    raw: bytes = request.scope["query_string"]
    if not raw:
        return {}
    pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True)
    query = dict(pairs)
    if len(query) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        repeated = [name for name, count in counts.items() if count > 1]
        raise RequestValidationError(
            [
                {"type": "repeated", "loc": ("query", n), "msg": "should be given once"}
                for n in repeated
            ]
        )
    return query


async def read_json(request: Request) -> bytes:
    """The body of a request that says it is JSON. Raises RequestValidationError."""
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    if content_type != "application/json":
        message = Message()
        message["content-type"] = content_type
        kind, subtype = message.get_content_maintype(), message.get_content_subtype()
        if not (kind == "application" and (subtype == "json" or subtype.endswith("+json"))):
            raise RequestValidationError([{"type": "model_attributes_type", "loc": ("body",)}])
    if not body:
        raise RequestValidationError([{"type": "missing", "loc": ("body",)}])
    return body


def invalid(place: str, error: ValidationError) -> RequestValidationError:
    """What a shape found wrong, as FastAPI has it."""
    faults = error.errors(include_url=False, include_input=False)
    return RequestValidationError([{**fault, "loc": (place, *fault["loc"])} for fault in faults])


def unknown(parameter: str) -> dict[str, Any]:
    """A parameter of a call that takes none."""
    return {"type": "extra_forbidden", "loc": ("query", parameter), "msg": "is not a parameter"}
