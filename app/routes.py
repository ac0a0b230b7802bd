"""The calls: each reads its shape, makes one call of the library, and encodes the answer.

A small request is answered on the event loop, which is quicker than handing it to a thread: what is
small is measured in candidates drawn and names scored. A large one waits its turn, and is done in
a thread, so that it does not hold up the others; a dear one, in a thread that large ones do not
need.
"""

from collections import deque
from collections.abc import AsyncIterator, Iterator
from functools import partial
from io import BytesIO
from typing import Annotated
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic_core import to_json

from namewright import Model, Sampling
from namewright.answers import (
    MAX_NAMES,
    ComparisonResponse,
    ModelResponse,
    ModelsResponse,
    NamesResponse,
    ScoreResponse,
    Status,
)
from namewright.budget import Budget
from namewright.errors import BudgetError, ParameterError
from namewright.formats import FORMATS, WITH_COLUMNS, Format
from namewright.joined import AnyModel
from namewright.offensive import words
from namewright.parameters import SAMPLER
from namewright.readers import read_names
from namewright.writers import NameWriter, ScoreWriter

from .call import MISSING, documented, model_of, registry_of, respond
from .encoding import describe_model, encode_models, encode_names, encode_scores, in_slices
from .entity_tag import entity_tag, is_known
from .exchange import exchange_of
from .headers import ROW_HEADERS
from .limits.admission import (
    DEAR,
    LARGE,
    STREAM,
    admit,
    compute,
    compute_unless_gone,
    until_handed_over,
)
from .limits.answers import BUFFER
from .negotiation import JSON, format_of, header
from .problems import describe_response
from .rows_document import NOT_MODIFIED, of_lines
from .schemas import (
    FORMAT_NAMES,
    LARGE_CANDIDATES,
    SMALL_BODY,
    SMALL_CANDIDATES,
    SMALL_NAMES,
    SMALL_SCORES,
    NamesQuery,
    ScoreLinesQuery,
    ScoreQuery,
    ScoreRequest,
)
from .shape_route import JsonRoute, ShapeRoute, receive_body
from .streams import NameRows, stream_names, stream_scores


def respond_in_parts(request: Request, body: bytes) -> Response:
    """The same for a large one: a part is sent when the client has taken those before it."""

    async def parts() -> AsyncIterator[bytes]:
        for first in range(0, len(body), BUFFER):
            yield body[first : first + BUFFER]

    return StreamingResponse(
        until_handed_over(request, parts()),
        media_type=JSON,
        headers={"content-length": str(len(body))},
    )


def label_of(model: AnyModel) -> str:
    """What metrics and the log call a model: of several side by side, the first.

    So a caller who tries all combinations makes no new series.
    """
    return model.name if isinstance(model, Model) else model.parts[0].name


async def names(query: Annotated[NamesQuery, Query()], request: Request) -> Response:
    """A batch of invented names. The same seed and parameters give the same names, anywhere.

    Name `i` of a seed does not depend on `n`: `n=5` is the first five of `n=100`, and `offset=40`
    continues a batch of 40. Lines of text, CSV and NDJSON are sent as they are made, and `offset`
    goes on where a download broke off.
    """
    model = registry_of(request).find(query.model)
    exchange = exchange_of(request)
    exchange.model = label_of(model)
    sampling = query.sampling().seeded()
    written = format_of(request.scope, query.format, FORMAT_NAMES)
    if sampling.n > MAX_NAMES and (written == "json" or sampling.unique):
        more = f"in JSON; {', '.join(FORMATS)} have more"
        where = more if written == "json" else "under unique"
        raise ParameterError("n", f"should be from 1 to {MAX_NAMES:,} {where}")
    if query.seed is not None:
        exchange.tag = entity_tag(model, query, sampling, written)
        if is_known(exchange.tag, header(request.scope, b"if-none-match")):
            return Response(status_code=304)
    if written == "json":
        return await names_in_json(request, model, query, sampling)
    return await names_in_rows(request, model, query, sampling, FORMATS[written])


async def names_in_json(
    request: Request, model: AnyModel, query: NamesQuery, sampling: Sampling
) -> Response:
    """The names at once, or in a thread where they are many or their filters are rare."""
    exchange = exchange_of(request)
    exchange.names = sampling.n
    if sampling.n <= small(query):
        budget = Budget(SMALL_CANDIDATES, reads=False, builds=False)
        try:
            return respond(encode_names(model, sampling, query, budget))
        except BudgetError:
            pass  # it is a large one after all
        finally:
            exchange.attempts = budget.drawn
    most = request.app.state.settings.max_candidates
    kinds = {LARGE: Budget(min(LARGE_CANDIDATES, most), builds=False), DEAR: Budget(most)}
    if is_dear(model, sampling):
        del kinds[LARGE]
    for kind, budget in kinds.items():
        admit(request, kind)
        try:
            work = partial(encode_names, model, sampling, query, budget)
            body = await compute_unless_gone(request, work, budget.cancel)
            break
        except BudgetError:
            if kind == DEAR:
                raise
        finally:
            exchange.attempts = budget.drawn
    return respond_in_parts(request, body)


def is_dear(model: AnyModel, sampling: Sampling) -> bool:
    """Whether it is known already that a request takes more candidates than a large one may."""
    try:
        return model.expected_candidates(sampling) > LARGE_CANDIDATES
    except BudgetError:
        return False


async def names_in_rows(
    request: Request, model: AnyModel, query: NamesQuery, sampling: Sampling, written: Format
) -> Response:
    """The names as rows; headers say what gives them again."""
    if query.probability:
        raise ParameterError("probability", "is there in JSON alone")
    writer = NameWriter(model, written, sampling.case, scores=query.scores)
    own = words().digest if sampling.safe else ""
    # A header is ASCII; the name of a file need not be.
    said = quote(model.name, safe="+"), model.digest, str(SAMPLER), str(sampling.seed), own
    headers = {name: value for name, value in zip(ROW_HEADERS, said, strict=True) if value}
    if sampling.n <= small(query):
        exchange = exchange_of(request)
        budget = Budget(SMALL_CANDIDATES, reads=False, builds=False)
        try:
            rows = NameRows(writer, sampling, exchange).take(sampling.n, budget)
            return respond(writer.head() + rows, written.media_type, headers)
        except BudgetError:
            pass
        finally:
            exchange.attempts = budget.drawn
    return await stream_names(request, writer, sampling, headers)


def small(query: NamesQuery) -> int:
    """How many names are made at once, without waiting for a turn."""
    return SMALL_SCORES if query.scores else SMALL_NAMES


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
        return respond(encode_scores(models, body))
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
            return respond(writer.head() + writer.rows(names), written.media_type)
    admit(request)
    if is_csv:  # all of it is, or it is refused before the first row is sent
        await compute(request, lambda: deque(sent(), maxlen=0))
    admit(request, STREAM)
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


async def list_models(request: Request) -> Response:
    """Every model, with its size, its losses and where it comes from."""
    return respond(encode_models(registry_of(request)))


async def describe(
    model: Annotated[str, Path(description="The name of a model.", examples=["mlp"])],
    request: Request,
) -> Response:
    """One model, with its size, its losses and where it comes from."""
    return respond(to_json(describe_model(model_of(request, model), registry_of(request))))


async def healthz() -> Response:
    """The process answers."""
    status: Status = {"status": "alive"}
    return respond(to_json(status))


async def readyz(request: Request) -> Response:
    """All models are loaded, and it is not about to stop."""
    if not request.app.state.guard.ready:
        raise HTTPException(503)
    status: Status = {"status": "ready"}
    return respond(to_json(status))


def install(app: FastAPI) -> None:
    """Add the calls to an application."""
    app.router.route_class = ShapeRoute
    too_large = {413: describe_response("The body is too large")}
    app.get(
        "/names",
        summary="Invent names",
        tags=["names"],
        **documented(NamesResponse, MISSING, NOT_MODIFIED, rows=tuple(FORMATS)),
    )(names)
    app.router.add_api_route(
        "/score",
        score,
        methods=["POST"],
        summary="Score names",
        tags=["names"],
        route_class_override=JsonRoute,
        openapi_extra=of_lines(),
        **documented(ScoreResponse | ComparisonResponse, MISSING, too_large, rows=WITH_COLUMNS),
    )
    app.get("/score", summary="Score a name", tags=["names"], **documented(ScoreResponse, MISSING))(
        score_one
    )
    app.post("/score", include_in_schema=False)(score_lines)  # see `rows_document`
    app.get("/models", summary="List the models", tags=["models"], **documented(ModelsResponse))(
        list_models
    )
    app.get(
        "/models/{model}",
        summary="Describe a model",
        tags=["models"],
        **documented(ModelResponse, MISSING),
    )(describe)
    app.get("/healthz", summary="Is it alive?", tags=["health"], **documented(Status))(healthz)
    app.get("/health", include_in_schema=False)(healthz)  # as some probes have it
    app.get("/readyz", summary="Can it serve?", tags=["health"], **documented(Status))(readyz)
