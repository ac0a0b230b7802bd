"""The one table from exception to RFC 9457 problem.

A problem names parameters and says what would be right; it repeats nothing that was sent.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Unpack, get_args

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from namewright.answers import Extensions, Fault, Problem
from namewright.errors import (
    AddressError,
    BudgetError,
    CheckpointError,
    ExhaustedError,
    ImpossibleError,
    LargeProductError,
    LinesError,
    MemoryLimitError,
    ModelNotFoundError,
    NamewrightError,
    ParameterError,
    SettingError,
    UnscorableError,
    did_you_mean,
)

from .exchange import exchange_of
from .limits.admission import OverloadedError
from .negotiation import LINES

MEDIA_TYPE = "application/problem+json"
REFERENCE = "#/components/schemas/{model}"
RETRY_AFTER = {"Retry-After": "1"}
"""Seconds; what is in the way has gone by then."""
MAX_ERRORS = 20
"""The most parameters that one problem complains of."""

FAULTS = {
    "missing": "is required",
    "too_short": "should have {min_length} or more names",
    "too_long": "should have at most {max_length:,} names",
    "list_type": "should be a list of names",
    "string_type": "should be text",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
}
"""Pydantic's kind of fault -> what is said of it, where pydantic says it less well."""

SURROGATES = ("hex escape", "surrogate")
"""In what the parser says of an escape such as \\ud800 that is half of a pair."""

PROBLEMS: dict[type[NamewrightError], tuple[int, str, str]] = {
    ModelNotFoundError: (404, "model-not-found", "There is no such model"),
    ParameterError: (422, "invalid-parameters", "A parameter is not valid"),
    UnscorableError: (422, "unscorable-name", "The name cannot be scored"),
    LinesError: (422, "invalid-parameters", "A parameter is not valid"),
    ImpossibleError: (422, "no-such-name", "No name passes the filters"),
    ExhaustedError: (422, "no-name-found", "Hardly any name passes the filters"),
    BudgetError: (422, "no-name-found", "Hardly any name passes the filters"),
    LargeProductError: (422, "invalid-parameters", "A parameter is not valid"),
    CheckpointError: (500, "checkpoint", "A checkpoint cannot be served"),
    SettingError: (500, "setting", "The service is not set up"),
    AddressError: (500, "address", "The service cannot listen"),
    MemoryLimitError: (500, "memory", "The service does not fit in memory"),
}
"""Exception -> status, the end of the problem's type, title."""


def describe_response(description: str) -> dict[str, Any]:
    """How a problem stands in the OpenAPI document; its shape is among the document's own."""
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema(Problem)}}}


def schema(shape: Any) -> dict[str, Any]:
    """Where the OpenAPI document has a shape, or each of several of which an answer is one."""
    if several := get_args(shape):
        return {"anyOf": [schema(each) for each in several]}
    return {"$ref": REFERENCE.format(model=shape.__name__)}


def respond(
    status: int,
    kind: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **extensions: Unpack[Extensions],
) -> JSONResponse:
    """A problem as a response."""
    problem: Problem = {
        "type": f"urn:namewright:problem:{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        **extensions,
    }
    return JSONResponse(problem, status, headers, media_type=MEDIA_TYPE)


async def on_library_error(request: Request, error: Exception) -> JSONResponse:
    """What the library raised."""
    status, kind, title = next(PROBLEMS[t] for t in type(error).__mro__ if t in PROBLEMS)
    return respond(status, kind, title, str(error), **for_programs(error))


def for_programs(error: Exception) -> Extensions:
    """What a program would else have to read from the text of an exception."""
    if isinstance(error, ParameterError):
        return {"errors": [{"parameter": error.parameter, "detail": error.detail}]}
    if isinstance(error, LinesError):
        return {"errors": [{"parameter": "body", "detail": str(error)}]}
    if isinstance(error, ModelNotFoundError):
        return {"available": list(error.available)}
    if isinstance(error, ExhaustedError):
        return {"index": error.index}
    return {}


async def on_invalid_request(request: Request, error: Exception) -> JSONResponse:
    """What FastAPI found wrong with the parameters."""
    assert isinstance(error, RequestValidationError)
    known = declared(request)
    errors = [describe_fault(fault, known) for fault in error.errors()[:MAX_ERRORS]]
    status, kind, title = PROBLEMS[ParameterError]
    first = ": ".join(part for part in (errors[0]["parameter"], errors[0]["detail"]) if part)
    more = len(error.errors()) - 1
    detail = f"{first} (and {more} more)" if more else first
    return respond(status, kind, title, detail, errors=errors)


def declared(request: Request) -> dict[str, Mapping[str, bool]]:
    """The parameters that the route of a request takes, by where, and whether each is required."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    places = {"query": route.dependant.query_params, "body": route.dependant.body_params}
    return {
        place: {
            name: required
            for param in params
            for name, required in fields_of(param.field_info.annotation).items()
        }
        for place, params in places.items()
    }


def fields_of(annotation: object) -> Mapping[str, bool]:
    """The parameters of a shape, and whether each is required; none for one that is no shape."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {name: field.is_required() for name, field in annotation.model_fields.items()}
    return {}


def describe_fault(fault: Mapping[str, Any], known: Mapping[str, Mapping[str, bool]]) -> Fault:
    """One of pydantic's complaints: the parameter, and what would be right."""
    place, *path = fault["loc"]
    if fault["type"] == "json_invalid":
        return {"parameter": "body", "detail": describe_json_fault(str(fault["ctx"]["error"]))}
    if not path:
        fields = (f"{name} (required)" if must else name for name, must in known[place].items())
        detail = f"a JSON object with {listed(fields)}"
        if fault["type"] == "model_attributes_type":
            lines = f"{' or '.join(LINES)} with a name per line"
            detail = f"Content-Type should be {lines}, or application/json with {detail}"
        else:
            detail = f"should be {detail}"
        return {"parameter": str(place), "detail": detail}
    name, *rest = path
    if name not in known.get(place, ()):
        return suggest(str(name), list(known.get(place, ())))
    said = FAULTS.get(fault["type"])
    detail = said.format(**fault.get("ctx", {})) if said else fault["msg"].removeprefix("Input ")
    return {"parameter": str(name) + "".join(f"[{step}]" for step in rest), "detail": detail}


def describe_json_fault(said: str) -> str:
    """What is wrong with a text that is not JSON: where, and why if it is a surrogate.

    `said` is the parser's account, of which only the position is repeated.
    """
    position = re.search(r" at line (\d+) column (\d+)$", said)
    where = f" at line {position[1]}, column {position[2]}" if position else ""
    if any(each in said for each in SURROGATES):
        return (
            f"has an escape \\ud800 to \\udfff{where} that is half of a surrogate pair, which is "
            "no character"
        )
    return f"is not JSON: it goes wrong{where}" if where else "is not JSON"


def suggest(name: str, known: Sequence[str]) -> Fault:
    """For a parameter that there is not, the nearest that there is, and all; not its own name."""
    meant = did_you_mean(name, known)
    detail = f"unknown parameter; {meant}{meant and ' '}this call takes {listed(known)}"
    return {"parameter": "", "detail": detail}


def listed(names: Iterable[str]) -> str:
    """Names in a row."""
    return ", ".join(names) or "none"


async def on_http_error(request: Request, error: Exception) -> JSONResponse:
    """What the framework refuses: no such path, another method, a body it cannot read."""
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    details = {
        401: "this call needs a key of the service: Authorization: Bearer KEY",
        404: "there is nothing at this path; see /docs",
        405: "this path does not take that method; see /docs",
        415: "a body is sent as it is, without a Content-Encoding",
        503: "it is starting or about to stop; ask again in a second, or another replica",
    }
    detail = details.get(error.status_code, "the request could not be read")
    kind = title.lower().replace(" ", "-")
    return respond(error.status_code, kind, title, detail, headers=error.headers)


async def on_overload(request: Request, error: Exception) -> JSONResponse:
    """More large requests than there are places."""
    request.app.state.guard.count("overload")
    title = HTTPStatus.SERVICE_UNAVAILABLE.phrase
    return respond(503, "overload", title, str(error), headers=RETRY_AFTER)


async def on_disconnect(request: Request, error: Exception) -> Response:
    """The client left before its answer, or was refused meanwhile: nobody sees this one."""
    return Response(status_code=exchange_of(request).status or 499)


async def on_fault(request: Request, error: Exception) -> JSONResponse:
    """What nobody foresaw: the log has it, the answer does not."""
    detail = "the service failed to answer; the fault is in its log"
    return respond(500, "internal", "Internal Server Error", detail)


def install(app: FastAPI) -> None:
    """Answer every error of an application with a problem."""
    app.add_exception_handler(NamewrightError, on_library_error)
    app.add_exception_handler(RequestValidationError, on_invalid_request)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(OverloadedError, on_overload)
    app.add_exception_handler(ClientDisconnect, on_disconnect)
    app.add_exception_handler(Exception, on_fault)
