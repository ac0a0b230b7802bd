"""`GET /models`: what is served, and `GET /models/{model}`: one of them."""

from fastapi import FastAPI, Request, Response
from pydantic_core import to_json

from namewright.answers import ModelResponse, ModelsResponse

from .call import MISSING, Answer, ModelName, documented, model_of, registry_of
from .encoding import describe_model, encode_models


async def list_models(request: Request) -> Response:
    """Every model, with its size, its losses and where it comes from."""
    return Answer(encode_models(registry_of(request)))


async def describe(model: ModelName, request: Request) -> Response:
    """One model, with its size, its losses and where it comes from."""
    return Answer(to_json(describe_model(model_of(request, model), registry_of(request))))


def install(app: FastAPI) -> None:
    """Add the calls to an application."""
    app.get("/models", summary="List the models", tags=["models"], **documented(ModelsResponse))(
        list_models
    )
    app.get(
        "/models/{model}",
        summary="Describe a model",
        tags=["models"],
        **documented(ModelResponse, MISSING),
    )(describe)
