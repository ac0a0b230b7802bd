"""Answers as bytes: what the library returns, in the shapes of `schemas.py`, as JSON."""

from collections.abc import Iterator, Sequence

from pydantic_core import to_json

from namewright import Model, Registry, Sampling
from namewright.budget import Budget
from namewright.kernel import KERNEL
from namewright.parameters import SAMPLER
from namewright.scoring import ScoreFailure, ScoreResult, describe

from .schemas import ModelResponse, ModelsResponse, NamesResponse, ScoreRequest, ScoreResponse

BATCH = 1_000
"""How many names are drawn at a time."""
SLICE = 250
"""How many names are scored at a time."""


def encode_names(model: Model, sampling: Sampling, budget: Budget | None = None) -> bytes:
    """The names of a sampling that has a seed. Raises as `Walker.sample` does."""
    assert sampling.seed is not None
    response: NamesResponse = {
        "model": model.name,
        "digest": model.checkpoint.digest,
        "sampler": SAMPLER,
        "seed": sampling.seed,
        "temperature": sampling.temperature,
        "offset": sampling.offset,
        "names": model.walker.sample(sampling, budget) if sampling.n <= BATCH else [],
    }
    encoded = to_json(response)
    if sampling.n <= BATCH:
        return encoded
    # Of a long list only a part is ever there as text: the rest is bytes already, or not drawn yet.
    parts = (
        sampling.part(first, min(BATCH, sampling.n - first))
        for first in range(0, sampling.n, BATCH)
    )
    listed = b",".join(to_json(model.walker.sample(part, budget))[1:-1] for part in parts)
    return encoded.removesuffix(b"]}") + listed + b"]}"


def score_all(
    model: Model, names: Sequence[str], request: ScoreRequest
) -> list[ScoreResult | ScoreFailure]:
    """A result for each of some names, as a request has it."""
    scores = model.score(names, fold=request.fold)
    return [describe(score, request.characters) for score in scores]


def encode_scores(model: Model, names: Sequence[str], request: ScoreRequest) -> bytes:
    """The scores of some names, all at once."""
    response: ScoreResponse = {
        "model": model.name,
        "digest": model.checkpoint.digest,
        "results": score_all(model, names, request),
    }
    return to_json(response)


def in_slices(model: Model, request: ScoreRequest) -> Iterator[bytes]:
    """What `encode_scores` gives of all its names, in parts of about a millisecond's work each."""
    opening, closing = encode_scores(model, [], request)[:-2], b"]}"
    for first in range(0, len(request.names), SLICE):
        results = score_all(model, request.names[first : first + SLICE], request)
        yield opening + to_json(results)[1:-1]
        opening = b","
    yield closing


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
