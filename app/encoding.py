"""Answers as bytes: what the library returns, in the shapes of `schemas.py`, as JSON."""

from collections.abc import Iterator, Sequence

from pydantic_core import to_json

from namewright import Model, Registry, Sampling
from namewright.budget import Budget
from namewright.comparison import compare
from namewright.errors import ExhaustedError, LargeProductError, ParameterError
from namewright.joined import AnyModel
from namewright.kernel import KERNEL
from namewright.offensive import words
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


def encode_names(
    model: AnyModel, sampling: Sampling, budget: Budget | None = None, probability: bool = False
) -> bytes:
    """The names of a sampling that has a seed, and the `probability` of its filters if asked for.

    Raises as `Walker.sample` does; but where names that are all different, or new, run out, those
    that were found are the answer, which says so. Raises ParameterError for a probability that is
    not known.
    """
    assert sampling.seed is not None
    response: NamesResponse = {
        "model": model.name,
        "digest": model.digest,
        "sampler": SAMPLER,
        "seed": sampling.seed,
        "temperature": sampling.temperature,
        "offset": sampling.offset,
        "names": [],
    }
    own = words().digest if sampling.safe else ""
    if own:
        response["words"] = own
    if probability:
        response["probability"] = probability_of(model, sampling, budget)
    if sampling.n <= BATCH:
        try:
            response["names"] = model.draw(sampling, budget)
        except ExhaustedError as error:
            response["names"], response["complete"] = found(sampling, error), False
        return to_json(response)
    # Of a long list only a part is ever there as text: the rest is bytes already, or not drawn yet.
    accept = model.acceptance(sampling)
    listed: list[bytes] = []
    for first in range(0, sampling.n, BATCH):
        part = sampling.part(first, min(BATCH, sampling.n - first))
        try:
            names = model.draw(part, budget, accept)
        except ExhaustedError as error:
            names, response["complete"] = found(sampling, error, before=bool(listed)), False
        if names:
            listed.append(to_json(names)[1:-1])
        if "complete" in response:
            break
    head, rest = to_json(response).split(b'"names":[]')
    return b"".join([head, b'"names":[', b",".join(listed), b"]", rest])


def found(sampling: Sampling, error: ExhaustedError, before: bool = False) -> list[str]:
    """The names that were found before there were no more, of a part of a request.

    Raises the error where that is no answer: none was found, `before` this part either, or it is
    filters that hardly any name passes.
    """
    if (error.names or before) and (sampling.unique or sampling.novel):
        return error.names
    raise error


def probability_of(model: AnyModel, sampling: Sampling, budget: Budget | None) -> float:
    """The share of candidates that pass. Raises ParameterError where it is not known."""
    try:
        return model.share(sampling, budget)
    except LargeProductError as error:
        raise ParameterError(
            "probability",
            "is not known for these filters and a model of so many states; ask a smaller model",
        ) from error


def encode_scores(models: Sequence[AnyModel], names: Sequence[str], request: ScoreRequest) -> bytes:
    """What a request asks for, of some of its names: scores, or comparisons of several models."""
    response: ScoreResponse | ComparisonResponse
    fold, explain, characters = request.fold, request.explain, request.characters
    if len(models) > 1:
        response = {
            "models": [{"model": each.name, "digest": each.digest} for each in models],
            "results": compare(models, names, fold=fold, characters=characters, explain=explain),
        }
    else:
        [model] = models
        scores = model.score(names, fold=fold, explain=explain)
        response = {
            "model": model.name,
            "digest": model.digest,
            "results": [describe(score, characters) for score in scores],
        }
    return to_json(response)


def in_slices(models: Sequence[AnyModel], request: ScoreRequest) -> Iterator[bytes]:
    """What `encode_scores` gives of all its names, in parts of about a millisecond's work each."""
    before = len(encode_scores(models, [], request)) - len("]}")
    size = max(1, SLICE // request.work)
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
