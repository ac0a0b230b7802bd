"""The calls: each parses its parameters, makes one call of the engine, and encodes the answer.

A small batch is made on the event loop, which is quicker than handing it to a thread; a large one
beside it, so that it does not hold up the others. `fast_path.py` answers the plainest ahead of all
this.
"""

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError

from app.encoding import encode_names, encode_scores
from namewright import Registry
from app.problems import describe_response
from app.schemas import (
    ModelResponse,
    ModelsResponse,
    NamesQuery,
    NamesResponse,
    NoQuery,
    ScoreRequest,
    ScoreResponse,
    Status,
)


def refuse_repeated(request: Request) -> None:
    """A parameter given twice says two things; which was meant, only the caller knows."""
    counts = Counter(name for name, _ in request.query_params.multi_items())
    faults = [
        {"type": "repeated", "loc": ("query", name), "msg": "should be given once"}
        for name, count in counts.items()
        if count > 1
    ]
    if faults:
        raise RequestValidationError(faults)


def registry_of(request: Request) -> Registry:
    """The models that this application serves."""
    registry: Registry = request.app.state.registry
    return registry


Responses = dict[int | str, dict[str, Any]]
Models = Annotated[Registry, Depends(registry_of)]
Nothing = Annotated[NoQuery, Query()]
INVALID: Responses = {
    422: describe_response("A parameter is not valid, or no name passes the filters")
}
MISSING: Responses = {
    404: describe_response("There is no such model; the detail lists those there are")
}

router = APIRouter(dependencies=[Depends(refuse_repeated)], responses=INVALID)


LARGE_BATCHES = 2
"""How many large batches are made at a time; others wait their turn."""

limiters: RunVar[CapacityLimiter] = RunVar("large batches")


def large_batches() -> CapacityLimiter:
    """The turns of this event loop."""
    try:
        return limiters.get()
    except LookupError:
        limiters.set(CapacityLimiter(LARGE_BATCHES))
        return limiters.get()


async def encoded(small: bool, work: Callable[[], bytes]) -> Response:
    """The answer that some work makes: here if it is small, else beside the event loop."""
    body = work() if small else await to_thread.run_sync(work, limiter=large_batches())
    return Response(body, media_type="application/json")


@router.get(
    "/names",
    response_class=Response,
    responses={200: {"model": NamesResponse}, **MISSING},
    summary="Invent names",
    tags=["names"],
)
async def names(query: Annotated[NamesQuery, Query()], registry: Models) -> Response:
    """A batch of invented names. The same seed and parameters give the same names, anywhere.

    Name `i` of a seed does not depend on `n`: `n=5` is the beginning of `n=100`, and
    `offset=40` continues it.
    """
    model = registry.find(query.model)
    return await encoded(query.is_small, lambda: encode_names(model, query))


@router.post(
    "/score",
    response_class=Response,
    responses={200: {"model": ScoreResponse}, **MISSING},
    summary="Score names",
    tags=["names"],
)
async def score(body: ScoreRequest, registry: Models, _: Nothing) -> Response:
    """How plausible each name is. A name that cannot be scored says why, and the rest are."""
    model = registry.find(body.model)

    def work() -> bytes:
        return encode_scores(model, model.score(body.names), body.characters)

    return await encoded(body.is_small, work)


@router.get("/models", summary="List the models", tags=["models"])
async def models(registry: Models, _: Nothing) -> ModelsResponse:
    """Every model, with its size, its losses and where it comes from."""
    return ModelsResponse.of(registry)


@router.get("/models/{name}", responses=MISSING, summary="Describe a model", tags=["models"])
async def model(name: str, registry: Models, _: Nothing) -> ModelResponse:
    """One model, with its size, its losses and where it comes from."""
    return ModelResponse.of(registry.find(name), registry.default)


@router.get("/healthz", summary="Is it alive?", tags=["health"])
async def healthz(_: Nothing) -> Status:
    """The process answers."""
    return Status(status="alive")


@router.get("/readyz", summary="Can it serve?", tags=["health"])
async def readyz(_: Nothing) -> Status:
    """All models are loaded. They are before the first request is taken."""
    return Status(status="ready")
