"""The calls: each reads its shape, makes one call of the library, and encodes the answer.

A small batch is made on the event loop, which is quicker than handing it to a thread; a large one
in a thread, so that it does not hold up the others.
"""

from collections.abc import Callable
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import FastAPI, Path, Query, Request, Response
from pydantic_core import to_json

from namewright import Registry

from .encoding import describe_model, encode_models, encode_names, encode_scores
from .problems import describe_response
from .schemas import (
    ModelResponse,
    ModelsResponse,
    NamesQuery,
    NamesResponse,
    ScoreRequest,
    ScoreResponse,
    Status,
    is_small,
)
from .shape_route import ShapeRoute

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


def respond(body: bytes) -> Response:
    """A 200 of JSON."""
    return Response(body, media_type="application/json")


async def answer(small: bool, work: Callable[[], bytes]) -> Response:
    """The answer that some work makes: at once if it is small, else in a thread."""
    return respond(work() if small else await to_thread.run_sync(work, limiter=large_batches()))


def registry_of(request: Request) -> Registry:
    """The models that this application serves."""
    registry: Registry = request.scope["app"].state.registry
    return registry


async def names(query: Annotated[NamesQuery, Query()], request: Request) -> Response:
    """A batch of invented names. The same seed and parameters give the same names, anywhere.

    Name `i` of a seed does not depend on `n`: `n=5` is the first five of `n=100`, and `offset=40`
    continues a batch of 40.
    """
    model = registry_of(request).find(query.model)
    sampling = query.sampling().seeded()
    return await answer(is_small(sampling), lambda: encode_names(model, sampling))


async def score(body: ScoreRequest, request: Request) -> Response:
    """How plausible each name is. In place of a name that cannot be scored, the reason."""
    model = registry_of(request).find(body.model)

    def work() -> bytes:
        return encode_scores(model, model.score(body.names), body.characters)

    return await answer(body.is_small, work)


async def list_models(request: Request) -> Response:
    """Every model, with its size, its losses and where it comes from."""
    return respond(encode_models(registry_of(request)))


async def describe(
    name: Annotated[str, Path(description="The name of a model.", examples=["mlp"])],
    request: Request,
) -> Response:
    """One model, with its size, its losses and where it comes from."""
    registry = registry_of(request)
    return respond(to_json(describe_model(registry.find(name), registry)))


async def healthz() -> Response:
    """The process answers."""
    status: Status = {"status": "alive"}
    return respond(to_json(status))


async def readyz() -> Response:
    """All models are loaded. They are before the first request is taken."""
    status: Status = {"status": "ready"}
    return respond(to_json(status))


def install(app: FastAPI) -> None:
    """Add the calls to an application."""
    app.router.route_class = ShapeRoute
    invalid = {422: describe_response("A parameter is not valid, or no name passes the filters")}
    missing = {404: describe_response("There is no such model; the detail lists those there are")}

    def responses(shape: Any, *more: dict[int, dict[str, Any]]) -> Any:
        found: dict[int, dict[str, Any]] = {200: {"model": shape}, **invalid}
        for each in more:
            found |= each
        return {"responses": found, "response_class": Response}

    app.get("/names", summary="Invent names", tags=["names"], **responses(NamesResponse, missing))(
        names
    )
    app.post("/score", summary="Score names", tags=["names"], **responses(ScoreResponse, missing))(
        score
    )
    app.get("/models", summary="List the models", tags=["models"], **responses(ModelsResponse))(
        list_models
    )
    app.get(
        "/models/{name}",
        summary="Describe a model",
        tags=["models"],
        **responses(ModelResponse, missing),
    )(describe)
    app.get("/healthz", summary="Is it alive?", tags=["health"], **responses(Status))(healthz)
    app.get("/readyz", summary="Can it serve?", tags=["health"], **responses(Status))(readyz)
    # Routes are tried in order: the calls, and then the documentation.
    app.router.routes.sort(key=lambda route: not isinstance(route, ShapeRoute))
