"""Answers as bytes: what the library returns, in the shapes of `schemas.py`, as JSON."""

from collections.abc import Iterator, Sequence

from pydantic_core import to_json

from namewright import Model, Registry, Sampling
from namewright.budget import Budget
from namewright.comparison import compare
from namewright.joined import AnyModel
from namewright.kernel import KERNEL
from namewright.parameters import SAMPLER
from namewright.score import describe

from .schemas import (
    ComparisonResponse,
    ModelResponse,
    ModelsResponse,
    NamesResponse,
    ScoreRequest,
    ScoreResponse,
)

BATCH = 1_000
"""How many names are drawn at a time."""
SLICE = 125
"""How many names are scored at a time."""


def encode_names(model: AnyModel, sampling: Sampling, budget: Budget | None = None) -> bytes:
    """The names of a sampling that has a seed. Raises as `Walker.sample` does."""
    assert sampling.seed is not None
    response: NamesResponse = {
        "model": model.name,
        "digest": model.digest,
        "sampler": SAMPLER,
        "seed": sampling.seed,
        "temperature": sampling.temperature,
        "offset": sampling.offset,
        "names": model.draw(sampling, budget) if sampling.n <= BATCH else [],
    }
    encoded = to_json(response)
    if sampling.n <= BATCH:
        return encoded
    # Of a long list only a part is ever there as text: the rest is bytes already, or not drawn yet.
    parts = (
        sampling.part(first, min(BATCH, sampling.n - first))
        for first in range(0, sampling.n, BATCH)
    )
    listed = b",".join(to_json(model.draw(part, budget))[1:-1] for part in parts)
    return encoded.removesuffix(b"]}") + listed + b"]}"


def encode_scores(models: Sequence[AnyModel], names: Sequence[str], request: ScoreRequest) -> bytes:
    """What a request asks for, of some of its names: scores, or comparisons of several models."""
    response: ScoreResponse | ComparisonResponse
    fold, characters = request.fold, request.characters
    if len(models) > 1:
        response = {
            "models": [{"model": each.name, "digest": each.digest} for each in models],
            "results": compare(models, names, fold=fold, characters=characters),
        }
    else:
        [model] = models
        response = {
            "model": model.name,
            "digest": model.digest,
            "results": [describe(score, characters) for score in model.score(names, fold=fold)],
        }
    return to_json(response)


def in_slices(models: Sequence[AnyModel], request: ScoreRequest) -> Iterator[bytes]:
    """What `encode_scores` gives of all its names, in parts of about a millisecond's work each."""
    before = len(encode_scores(models, [], request)) - len("]}")
    size = SLICE // len(models)
    for first in range(0, len(request.names), size):
        part = encode_scores(models, request.names[first : first + size], request)
        yield part[:-2] if first == 0 else b"," + part[before:-2]
    yield b"]}"


def describe_model(model: Model, registry: Registry) -> ModelResponse:
    """What a model is, and whether it is the default."""
    return {**model.describe(), "default": model.name == registry.default}


def encode_models(registry: Registry) -> bytes:
    """All models, A to Z."""
    response: ModelsResponse = {
        "default": registry.default,
        "kernel": KERNEL,
        "models": [describe_model(model, registry) for model in registry.models.values()],
    }
    return to_json(response)
