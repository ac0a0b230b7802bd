"""`POST /score` of names in JSON, in lines or in CSV, and `GET /score` of one.

A few are scored on the event loop, and many in a thread, a slice at a time.
"""

from collections import deque
from collections.abc import AsyncIterator, Iterator
from functools import partial
from io import BytesIO
from typing import Annotated

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import StreamingResponse

from namewright.answers import ComparisonResponse, ScoreResponse
from namewright.errors import ParameterError
from namewright.formats import FORMATS, WITH_COLUMNS
from namewright.joined import AnyModel
from namewright.readers import read_names
from namewright.writers import ScoreWriter

from .call import MISSING, Answer, documented, label_of, registry_of
from .encoding import encode_scores, in_slices
from .exchange import exchange_of
from .limits.admission import LINES, admit, compute, until_handed_over
from .negotiation import JSON, format_of, header
from .problems import describe_response
from .rows_document import of_lines
from .schemas import SMALL_BODY, SMALL_SCORES, ScoreLinesQuery, ScoreQuery, ScoreRequest
from .shape_route import JsonRoute, receive_body
from .streams import stream_scores


async def score(body: ScoreRequest, request: Request) -> Response:
    """How plausible each name is. In place of a name that cannot be scored, the reason.

    With `models` in place of `model`, each name is scored by several, and the answer says which of
    them finds it likeliest: a likelihood ratio, not a verdict about a person.
    """
    models = models_of(request, body)
    exchange = exchange_of(request)
    exchange.model = label_of(models[0])
    exchange.scored = len(body.names) * len(models)
    if len(body.names) * body.work <= SMALL_SCORES:
        return Answer(encode_scores(models, body))
    admit(request)
    parts = in_slices(models, body)

    async def stream() -> AsyncIterator[bytes]:
        while part := await compute(request, partial(next, parts, b"")):
            yield part

    return StreamingResponse(until_handed_over(request, stream()), media_type=JSON)


async def score_lines(query: Annotated[ScoreLinesQuery, Query()], request: Request) -> Response:
    """The same of a body of lines, or of a CSV: a row for each, in order, with its score."""
    model = registry_of(request).find(query.model)
    exchange = exchange_of(request)
    exchange.model = label_of(model)
    written = FORMATS[format_of(request.scope, query.format, WITH_COLUMNS)]
    body = await receive_body(request)
    is_csv = header(request.scope, b"content-type").lower().startswith("text/csv")
    writer = ScoreWriter(model, written, fold=query.fold)

    def sent() -> Iterator[str]:
        return read_names(BytesIO(body), is_csv=is_csv)

    if len(body) <= SMALL_BODY:
        names = list(sent())
        if len(names) <= SMALL_SCORES:
            exchange.scored = len(names)
            return Answer(writer.head() + writer.rows(names), written.media_type)
    admit(request)
    if is_csv:  # all of it is, or it is refused before the first row is sent
        await compute(request, lambda: deque(sent(), maxlen=0))
    admit(request, LINES)
    return await stream_scores(request, writer, sent())


async def score_one(query: Annotated[ScoreQuery, Query()], request: Request) -> Response:
    """How plausible one name is: the answer is that of `POST /score` for a list of it alone."""
    return await score(query.request(), request)


def models_of(request: Request, body: ScoreRequest) -> list[AnyModel]:
    """The models that are to score, one or several.

    Raises ModelNotFoundError, and ParameterError for one that is named twice or in both places.
    """
    registry = registry_of(request)
    if body.models is None:
        return [registry.find(body.model)]
    if body.model is not None:
        raise ParameterError("models", "should stand in place of model, not beside it")
    if len(set(body.models)) < len(body.models):
        raise ParameterError("models", "should name each model once")
    return [registry.find(name) for name in body.models]


def install(app: FastAPI) -> None:
    """Add the calls to an application."""
    bodies = {
        413: describe_response("The body is too large"),
        415: describe_response("The body is compressed"),
    }
    app.router.add_api_route(
        "/score",
        score,
        methods=["POST"],
        summary="Score names",
        tags=["names"],
        route_class_override=JsonRoute,
        openapi_extra=of_lines(),
        **documented(ScoreResponse | ComparisonResponse, MISSING, bodies, rows=WITH_COLUMNS),
    )
    app.get("/score", summary="Score a name", tags=["names"], **documented(ScoreResponse, MISSING))(
        score_one
    )
    app.post("/score", include_in_schema=False)(score_lines)  # see `rows_document`
