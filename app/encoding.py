"""Answers as bytes: what the library returns, in the shapes of `schemas.py`, as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pydantic_core import to_json

from namewright import Model, Registry, Sampling
from namewright.answers import (
    ModelResponse,
    ModelsResponse,
    NameScore,
)
from namewright.budget import Budget
from namewright.comparison import Comparison, compare
from namewright.digits import rounded
from namewright.errors import ExhaustedError, LargeProductError, ParameterError
from namewright.formats import JSON_OBJECTS
from namewright.joined import AnyModel
from namewright.kernel import KERNEL
from namewright.score import Score, ScoreFailure, ScoreResult, describe
from namewright.writers import ScoreWriter

from .prepared import Prepared
from .schemas import NamesQuery, ScoreRequest

SLICE = 125
"""How many names are scored at a time."""


def encode_names(
    prepared: Prepared, sampling: Sampling, query: NamesQuery, budget: Budget
) -> tuple[bytes, int]:
    """The names of a sampling that has a seed, and what else it asks for, as JSON; and how many.

    Raises as `Walker.sample` does; but where names that are all different, or new, run out, those
    that were found are the answer, which says so. Raises ParameterError for a probability that is
    not known.
    """
    assert sampling.seed is not None
    model, writer = prepared.model, prepared.writer
    accept = prepared.accept or model.acceptance(sampling)
    more: dict[str, Any] = {}  # what is said behind the names
    if prepared.words:
        more["words"] = prepared.words
    if query.probability:
        more["probability"] = rounded(probability_of(model, sampling, budget))
    written: list[bytes] = []
    made: list[tuple[str, ...]] = []
    count = sampling.n
    try:
        if query.scores:
            model.draw_parts(replace(sampling, case="lower"), made, budget, accept)
        else:
            writer.write(sampling, written, budget, accept)
    except ExhaustedError as error:
        if not is_answer(bool(made) or any(written), sampling):
            raise
        more["complete"] = False
        count = error.index - sampling.offset
    if query.scores:
        written.append(writer.rows(made))
        more["scores"] = scores_of(model, made)
    before, between = prepared.head
    names, rest = b"".join(written)[:-1], b"," + to_json(more)[1:-1] if more else b""
    said = before, sampling.seed, between, sampling.offset, names, rest
    return b'%b%d%b%d,"names":[%b]%b}' % said, count


def is_answer(found: bool, sampling: Sampling) -> bool:
    """Whether what was found, if anything was, is an answer, where there are no more names.

    It is none where it is filters that hardly any name passes.
    """
    return found and (sampling.unique or sampling.novel)


def scores_of(model: AnyModel, names: Sequence[tuple[str, ...]]) -> list[NameScore]:
    """The scores of names that a model made, each of which is its parts."""
    scores = map(model.score_parts, names)
    return [
        {
            "log_likelihood": rounded(score.log_likelihood),
            "plausibility": rounded(score.plausibility),
        }
        for score in scores
        if isinstance(score, Score)
    ]


def probability_of(model: AnyModel, sampling: Sampling, budget: Budget | None) -> float:
    """The share of candidates that pass. Raises ParameterError where it is not known."""
    try:
        return model.share(sampling, budget)
    except LargeProductError as error:
        raise ParameterError(
            "probability",
            "is not known for these filters and a model of so many states; ask a smaller model",
        ) from error


def encode_scores(models: Sequence[AnyModel], request: ScoreRequest) -> bytes:
    """What a request asks for: scores, or comparisons of several models."""
    return b"".join([head_of(models), encode_results(models, request.names, request), b"]}"])


def in_slices(models: Sequence[AnyModel], request: ScoreRequest) -> Iterator[bytes]:
    """The same in parts, of about a millisecond's work each."""
    before = head_of(models)
    size = max(1, SLICE // request.work)
    for first in range(0, len(request.names), size):
        yield before + encode_results(models, request.names[first : first + size], request)
        before = b","
    yield b"]}"


def head_of(models: Sequence[AnyModel]) -> bytes:
    """What stands before the first result."""
    return head_that_says(*((model.name, model.digest) for model in models))


@lru_cache(maxsize=64)
def head_that_says(*models: tuple[str, str]) -> bytes:
    """The same for models of these names and digests."""
    described = [{"model": name, "digest": digest} for name, digest in models]
    head = {"models": described} if len(models) > 1 else described[0]
    return to_json({**head, "results": []}).removesuffix(b"]}")


def encode_results(models: Sequence[AnyModel], names: list[str], request: ScoreRequest) -> bytes:
    """The results of some of a request's names, with commas between them."""
    [model, *more] = models
    fold, explain, characters = request.fold, request.explain, request.characters
    results: list[Comparison | ScoreFailure] | list[ScoreResult | ScoreFailure]
    if more:
        results = compare(models, names, fold=fold, characters=characters, explain=explain)
    elif explain or characters or not isinstance(model, Model):
        scores = model.score(names, fold=fold, explain=explain)
        results = [describe(score, characters) for score in scores]
    else:  # what a row has, which is written a fifth of the time
        return ScoreWriter(model, JSON_OBJECTS, fold=fold).rows(names).removesuffix(b",")
    return to_json(results)[1:-1]


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
