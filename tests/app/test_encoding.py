"""The bytes of answers against the shapes that document them."""

import json

import pytest

from app.encoding import encode_names, encode_scores
from namewright import Model
from app.schemas import NamesQuery, NamesResponse, ScoreResponse


@pytest.mark.parametrize("seed", [None, 0, 2**63 - 1])
def test_names_are_of_the_documented_shape(shipped: dict[str, Model], seed: int | None) -> None:
    body = encode_names(shipped["mlp"], NamesQuery(n=5, seed=seed, temperature=0.1 + 0.2))
    response = NamesResponse.model_validate_json(body, strict=True, extra="forbid")
    assert response.model_dump() == json.loads(body)
    assert response.temperature == 0.1 + 0.2
    assert seed is None or response.seed == seed


@pytest.mark.parametrize("characters", [True, False])
def test_scores_are_of_the_documented_shape(shipped: dict[str, Model], characters: bool) -> None:
    model = shipped["mlp"]
    scores = model.score(["emma", "", "r2d2", "x" * 99, "xqzt"])
    body = encode_scores(model, scores, characters)
    response = ScoreResponse.model_validate_json(body, strict=True, extra="forbid")
    assert response.model_dump(exclude_none=True) == json.loads(body)
