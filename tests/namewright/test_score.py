"""Scores as JSON has them, and back."""

import json

import pytest

from namewright import Model, Score, UnscorableError
from namewright.score import describe, read_result


@pytest.mark.parametrize("typed", ["Emma", "r2d2", "", "a" * 40])
def test_a_result_is_read_back_from_json(shipped: dict[str, Model], typed: str) -> None:
    [score] = shipped["mlp"].score([typed], explain=True)
    result = json.loads(json.dumps(describe(score, characters=True)))
    assert describe(read_result(result, typed), characters=True) == result
    if isinstance(score, Score):
        rounded = describe(score, characters=True)
        assert describe(read_result(result, typed), characters=True) == rounded


def test_a_reason_that_is_new_is_read_too() -> None:
    found = read_result({"error": {"code": "new", "detail": "it is so"}}, "x")
    assert isinstance(found, UnscorableError)
    assert (found.code, str(found)) == ("new", "it is so")
    assert UnscorableError.code == "unscorable"
