"""The bytes of answers against the shapes that document them."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from app.encoding import encode_models, encode_names, encode_scores
from app.prepared import Prepared
from app.schemas import NamesQuery, ScoreRequest
from namewright import Model, Registry
from namewright.answers import ModelsResponse, NamesResponse, ScoreResponse
from namewright.budget import Budget


def check(body: bytes, shape: Any) -> Any:
    """What a shape reads in a body, all of it and nothing else."""
    found = TypeAdapter(shape).validate_json(body, strict=True, extra="forbid")
    assert found == json.loads(body)
    return found


@pytest.mark.parametrize("seed", [0, 2**63 - 1])
def test_names_are_of_the_documented_shape(shipped: dict[str, Model], seed: int) -> None:
    query = NamesQuery(
        n=5, seed=seed, temperature=0.1 + 0.2, probability=True, scores=True, unique=True
    )
    sampling = query.sampling()
    prepared = Prepared(shipped["mlp"], query, sampling, "json")
    body, count = encode_names(prepared, sampling, query, Budget())
    response = check(body, NamesResponse)
    assert count == len(response["names"])
    assert len(response["scores"]) == len(response["names"]) == 5
    assert response["temperature"] == 0.1 + 0.2
    assert response["seed"] == seed


@pytest.mark.parametrize("more", [{}, {"characters": True}, {"explain": True}])
def test_scores_are_of_the_documented_shape(
    shipped: dict[str, Model], more: dict[str, bool]
) -> None:
    model = shipped["mlp"]
    names = ["emma", "", "r2d2", "x" * 99, "xqzt"]
    request = ScoreRequest(names=names, **more)
    check(encode_scores([model], request), ScoreResponse)


def test_models_are_of_the_documented_shape(shipped: dict[str, Model]) -> None:
    check(encode_models(Registry(shipped, "mlp")), ModelsResponse)
