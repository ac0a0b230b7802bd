"""Answers as bytes: what the library returns, in the shapes of `schemas.py`, as JSON."""

from collections.abc import Sequence

from pydantic_core import to_json

from namewright import Model, Registry, Sampling, Score, UnscorableError
from namewright.kernel import KERNEL
from namewright.parameters import SAMPLER
from namewright.scoring import describe

from .schemas import ModelResponse, ModelsResponse, NamesResponse, ScoreResponse


def encode_names(model: Model, sampling: Sampling) -> bytes:
    """The names of a sampling that has a seed. Raises as `Model.sample` does."""
    assert sampling.seed is not None
    response: NamesResponse = {
        "model": model.name,
        "digest": model.checkpoint.digest,
        "sampler": SAMPLER,
        "seed": sampling.seed,
        "temperature": sampling.temperature,
        "offset": sampling.offset,
        "names": model.walker.sample(sampling),
    }
    return to_json(response)


def encode_scores(
    model: Model, scores: Sequence[Score | UnscorableError], characters: bool
) -> bytes:
    """Scores, with each prediction's log-probability or without."""
    response: ScoreResponse = {
        "model": model.name,
        "digest": model.checkpoint.digest,
        "results": [describe(score, characters) for score in scores],
    }
    return to_json(response)


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
