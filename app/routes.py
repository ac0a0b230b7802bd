"""The calls: each parses its parameters, makes one call of the engine, and encodes the answer.

Those that sample or score are plain functions: FastAPI runs them beside the event loop, so a
large batch does not hold up the others.
"""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.exceptions import RequestValidationError

from app.engine import Registry
from app.engine.sampling import SAMPLER, new_seed
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


@router.get("/names", responses=MISSING, summary="Invent names", tags=["names"])
def names(query: Annotated[NamesQuery, Query()], registry: Models) -> NamesResponse:
    """A batch of invented names. The same seed and parameters give the same names, anywhere.

    Name `i` of a seed does not depend on `n`: `n=5` is the beginning of `n=100`, and
    `offset=40` continues it.
    """
    model = registry.find(query.model)
    seed = new_seed() if query.seed is None else query.seed
    parameters = query.model_dump(exclude={"model", "seed"})
    return NamesResponse(
        model=model.name,
        digest=model.checkpoint.digest,
        sampler=SAMPLER,
        seed=seed,
        temperature=query.temperature,
        offset=query.offset,
        names=model.sample(seed=seed, **parameters),
    )


@router.post(
    "/score",
    responses=MISSING,
    response_model_exclude_none=True,
    summary="Score names",
    tags=["names"],
)
def score(body: ScoreRequest, registry: Models, _: Nothing) -> ScoreResponse:
    """How plausible each name is. A name that cannot be scored says why, and the rest are."""
    model = registry.find(body.model)
    return ScoreResponse.of(model, model.score(body.names), body.characters)


@router.get("/models", summary="List the models", tags=["models"])
def models(registry: Models, _: Nothing) -> ModelsResponse:
    """Every model, with its size, its losses and where it comes from."""
    described = [ModelResponse.of(model, registry.default) for model in registry.models.values()]
    return ModelsResponse(default=registry.default, models=described)


@router.get("/models/{name}", responses=MISSING, summary="Describe a model", tags=["models"])
def model(name: str, registry: Models, _: Nothing) -> ModelResponse:
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
