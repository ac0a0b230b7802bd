"""The one door: a FastAPI route that reads a call's query or body by its shape's own validator.

FastAPI documents the call and guards it: each dependency of the application, the router or the
call is solved by FastAPI for every request, and every middleware is passed. What is left out is
FastAPI's own way of reading a query, which takes most of its time: it reads each field by itself,
and then the shape again.
"""

from collections import Counter
from collections.abc import Callable, Coroutine, Set
from copy import copy
from email.message import Message
from io import BytesIO
from itertools import islice
from typing import Any, get_origin
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import solve_dependencies
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, _effective_route_context_var
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.requests import ClientDisconnect
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from .limits.admission import UPLOAD, admit
from .negotiation import header, is_lines
from .problems import MAX_ERRORS
from .schemas import SMALL_BODY

PLAIN = ("", "identity")
"""The codings of a body that is as it is: one that is not could be a thousand times as large."""
HEAD = "namewright.head"
"""What the scope of a HEAD has, which is answered as a GET."""


def is_head(request: Request) -> bool:
    """Whether nobody will see the body of the answer."""
    return HEAD in request.scope


class ShapeRoute(APIRoute):
    """A route whose endpoint takes at most one shape, `Query()` or body, and returns a Response.

    A parameter that is sent twice, and a query where there is no shape for one, are refused.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        if not is_solved(self.dependant):
            self.app = answer(self.get_route_handler())

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """How a request is answered: solve the dependencies, read the shape, call."""
        endpoint: Callable[..., Coroutine[Any, Any, Response]] = self.endpoint
        # As FastAPI's own: where an application includes the route, its dependencies apply too.
        included = _effective_route_context_var.get()
        of_includer = included is not None and included.original_route is self
        rest = copy(included.dependant if included and of_includer else self.dependant)
        in_body = bool(rest.body_params)
        shapes = [*rest.query_params, *rest.body_params]
        assert len(shapes) <= 1, f"{endpoint.__name__} takes {len(shapes)} shapes; one is enough"
        name = shapes[0].name if shapes else ""
        shape: Any = shapes[0].field_info.annotation if shapes else None
        validator = shape.__pydantic_validator__ if shape else None
        known = shape.model_fields.keys() if shape else frozenset()
        listed = frozenset() if in_body or shape is None else lists_of(shape)
        rest.query_params, rest.body_params = [], []
        takes_more = is_solved(rest)
        request_name = rest.request_param_name

        async def handle(request: Request) -> Response:
            # Dependencies first: what they refuse is not read.
            values = await self.solve(rest, request) if takes_more else {}
            if request_name and not takes_more:
                values[request_name] = request
            query = read_query(request, listed)
            sent = read_json(await read_body(request)) if in_body else query
            try:
                if validator is not None:
                    refuse_unknown(sent, known, "body" if in_body else "query")
                    values[name] = validator.validate_python(sent)
            except ValidationError as error:
                raise invalid("body" if in_body else "query", error) from None
            if in_body or validator is None:
                refuse_unknown(query, frozenset(), "query")
            return await endpoint(**values)

        return handle

    async def solve(self, dependant: Dependant, request: Request) -> dict[str, Any]:
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

    def handle(self, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """As FastAPI's; a HEAD is answered as the GET that it stands for, without the body."""
        if scope["method"] == "HEAD" and "GET" in (self.methods or ()):
            scope = {**scope, "method": "GET", HEAD: True}
        return super().handle(scope, receive, send)


class JsonRoute(ShapeRoute):
    """A route for bodies that are no lines, before others of its path, which have all else."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As any route, but where the method is another, or the body is lines."""
        match, child = super().matches(scope)
        if match is Match.FULL and not is_lines(header(scope, b"content-type")):
            return match, child
        return Match.NONE, {}


def is_solved(dependant: Dependant) -> bool:
    """Whether a call takes more than its shape: what FastAPI has to solve for each request."""
    return bool(
        dependant.dependencies
        or dependant.path_params
        or dependant.header_params
        or dependant.cookie_params
    )


def answer(handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> ASGIApp:
    """The ASGI application of a call without dependencies.

    FastAPI's own has a second stack of what to close, and handlers of faults that stand around all
    calls anyway; these take a twentieth of a request's time.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await handle(Request(scope, receive, send))
        await response(scope, receive, send)

    return app


def lists_of(shape: type[BaseModel]) -> frozenset[str]:
    """The fields of a shape that a query may have several times."""
    fields = shape.model_fields.items()
    return frozenset(name for name, field in fields if get_origin(field.annotation) is list)


def read_query(request: Request, listed: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The parameters of a query; those that are `listed`, as lists.

    Raises RequestValidationError for another one that is there twice: which of two was meant,
    only the caller knows.
    """
    raw: bytes = request.scope["query_string"]
    if not raw:
        return {}
    pairs = parse(raw.decode("latin-1"))
    query: dict[str, Any] = dict(pairs)
    for name in listed & query.keys():
        query[name] = [value for key, value in pairs if key == name]
    if len(query) != len(pairs):
        counts = Counter(name for name, _ in pairs if name not in listed)
        repeated = [name for name, count in counts.items() if count > 1]
        if repeated:
            raise RequestValidationError(
                [
                    {"type": "repeated", "loc": ("query", n), "msg": "should be given once"}
                    for n in repeated
                ]
            )
    return query


def parse(query: str) -> list[tuple[str, str]]:
    """Names and values, in order: what `parse_qsl` gives, which is asked where one is quoted."""
    if "%" in query or "+" in query:
        return parse_qsl(query, keep_blank_values=True)
    pairs = []
    for pair in query.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            pairs.append((name, value))
    return pairs


async def read_body(request: Request) -> bytes:
    """The body of a request that says it is JSON, at most as large as the limits allow.

    Raises RequestValidationError, and as `receive_body` does.
    """
    content_type = header(request.scope, b"content-type")
    if content_type != "application/json":
        message = Message()
        message["content-type"] = content_type
        kind, subtype = message.get_content_maintype(), message.get_content_subtype()
        if not (kind == "application" and (subtype == "json" or subtype.endswith("+json"))):
            raise RequestValidationError([{"type": "model_attributes_type", "loc": ("body",)}])
    return await receive_body(request)


async def receive_body(request: Request) -> bytes:
    """All of a body.

    Raises HTTPException for one that is compressed, OverloadedError for a large one where there is
    no place for it or for what it asks for, and ClientDisconnect for one that was broken off.
    """
    if header(request.scope, b"content-encoding").lower() not in PLAIN:
        raise HTTPException(415)
    is_large = int(header(request.scope, b"content-length") or SMALL_BODY + 1) > SMALL_BODY
    if is_large:
        admit(request, UPLOAD)
    body = BytesIO()  # which holds a body once, however many parts it came in
    while True:
        event = await request.receive()
        if event["type"] == "http.disconnect":
            body.close()  # whoever keeps the exception does not keep what had arrived
            raise ClientDisconnect
        body.write(event.get("body", b""))
        if not event.get("more_body", False):
            if is_large:
                admit(request)
            return body.getvalue()


def read_json(body: bytes) -> Any:
    """What some JSON says. Raises RequestValidationError."""
    if not body:
        raise RequestValidationError([{"type": "missing", "loc": ("body",)}])
    try:
        return from_json(body)
    except ValueError as error:
        fault = {"type": "json_invalid", "loc": ("body",), "ctx": {"error": str(error)}}
        raise RequestValidationError([fault]) from None


def refuse_unknown(sent: Any, known: Set[str], place: str) -> None:
    """Raise RequestValidationError for parameters that there are not.

    The validator would complain of each of them, however many there are; here it is of a few.
    """
    if isinstance(sent, dict) and not sent.keys() <= known:
        unknown = islice((name for name in sent if name not in known), MAX_ERRORS)
        raise RequestValidationError(
            [{"type": "extra_forbidden", "loc": (place, name)} for name in unknown]
        )


def invalid(place: str, error: ValidationError) -> RequestValidationError:
    """What a shape found wrong, as FastAPI has it."""
    faults = error.errors(include_url=False, include_input=False)
    return RequestValidationError([{**fault, "loc": (place, *fault["loc"])} for fault in faults])
