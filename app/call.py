"""What calls have in common: the models, an answer, and what the OpenAPI document says of them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Path, Request, Response

from namewright import Model, Registry
from namewright.errors import ModelNotFoundError
from namewright.joined import AnyModel

from .exchange import exchange_of
from .negotiation import JSON
from .problems import describe_response, schema
from .rows_document import in_rows

INVALID = {422: describe_response("A parameter is not valid, or no name passes the filters")}
MISSING = {404: describe_response("There is no such model; the detail lists those there are")}
REFUSED = {
    400: describe_response("The request is not HTTP, or could not be read"),
    408: describe_response("The request did not arrive in time"),
    414: describe_response("The path and query are too long"),
    431: describe_response("The headers are too many, or too large"),
    503: describe_response("Too much is in work, or the service is about to stop"),
}
"""What the limits refuse before a call is chosen, any call answers with."""

ModelName = Annotated[str, Path(description="The name of a model.", examples=["mlp"])]


def registry_of(request: Request) -> Registry:
    """The models that this application serves."""
    registry: Registry = request.scope["app"].state.registry
    return registry


def model_of(request: Request, name: str) -> Model:
    """The model of a name, never one that is joined of several. Raises ModelNotFoundError."""
    models = registry_of(request).models
    model = models.get(name)
    if model is None:
        raise ModelNotFoundError(models, name)
    exchange_of(request).model = model.name
    return model


def label_of(model: AnyModel) -> str:
    """What metrics and the log call a model: of several side by side, the first.

    So a caller who tries all combinations makes no new series.
    """
    return model.name if isinstance(model, Model) else model.parts[0].name


class Answer(Response):
    """A 200 whose body is bytes: what Starlette's own works out for its headers is known."""

    def __init__(
        self, body: bytes, media_type: str = JSON, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status_code, self.background, self.body = 200, None, body
        self.raw_headers = [
            (b"content-length", b"%d" % len(body)),
            (b"content-type", media_type.encode("ascii")),
        ]
        for name, value in (headers or {}).items():
            self.raw_headers.append((name.lower().encode("ascii"), value.encode("ascii")))


def documented(shape: Any, *more: dict[int, dict[str, Any]], rows: Sequence[str] = ()) -> Any:
    """What a route says of its answers: one of a shape, in JSON or in rows, and every problem.

    A shape is one of `SHAPES` in `app/application.py`, or several of them, any of which it may be.
    """
    done = {"content": {JSON: {"schema": schema(shape)}, **in_rows(*rows)}}
    found: dict[int, dict[str, Any]] = {200: done, **INVALID, **REFUSED}
    for each in more:
        found |= each
    return {"responses": found, "response_class": Response}
