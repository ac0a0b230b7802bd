"""Answers as bytes: each is encoded once, outside FastAPI's serialiser.

Tests hold these bytes to the shapes of `schemas.py`, which document them.
"""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from namewright import Model, Score, UnscorableError
from namewright.errors import UnknownCharacterError
from namewright.sampling import SAMPLER, new_seed
from app.schemas import NamesQuery


def encode_names(model: Model, query: NamesQuery) -> bytes:
    """A `NamesResponse`. Raises as `Model.sample` does."""
    seed = new_seed() if query.seed is None else query.seed
    names = model.sample(
        query.n,
        seed=seed,
        offset=query.offset,
        temperature=query.temperature,
        top_k=query.top_k,
        top_p=query.top_p,
        min_length=query.min_length,
        max_length=query.max_length,
        starts_with=query.starts_with,
    )
    return to_json(
        {
            "model": model.name,
            "digest": model.checkpoint.digest,
            "sampler": SAMPLER,
            "seed": seed,
            "temperature": query.temperature,
            "offset": query.offset,
            "names": names,
        }
    )


def encode_scores(
    model: Model, scores: Sequence[Score | UnscorableError], characters: bool
) -> bytes:
    """A `ScoreResponse`."""
    results = [encode_score(score, characters) for score in scores]
    return to_json({"model": model.name, "digest": model.checkpoint.digest, "results": results})


def encode_score(score: Score | UnscorableError, characters: bool) -> dict[str, Any]:
    """A `ScoreResult`, with each prediction's log-probability or without; or a `ScoreFailure`."""
    if isinstance(score, UnscorableError):
        fault: dict[str, Any] = {"code": score.code, "detail": str(score)}
        if isinstance(score, UnknownCharacterError):
            fault["position"] = score.position
        return {"error": fault}
    result: dict[str, Any] = {
        "name": score.name,
        "log_likelihood": score.log_likelihood,
        "mean_log_likelihood": score.mean_log_likelihood,
        "perplexity": score.perplexity,
        "plausibility": score.plausibility,
        "known": score.known,
    }
    if characters:
        result["characters"] = score.characters
    return result
