"""What is inside a model, against what is known of it otherwise."""

import numpy as np
import pytest

from namewright import Model
from namewright.alphabet import Alphabet
from namewright.budget import Budget
from namewright.errors import BudgetError
from namewright.inside import count_pairs, embedding_of, inside_of


def test_pairs_are_counted_with_the_ends_of_names() -> None:
    counts = count_pairs(Alphabet(("a", "b")), ["ab", "b"])
    assert counts.tolist() == [[0, 1, 1], [0, 0, 1], [2, 0, 0]]


def test_two_directions_of_two_are_all_there_is() -> None:
    weight = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]], dtype=np.float32)
    embedding = embedding_of(weight)
    points = np.array(embedding["points"])
    assert embedding["share"] == pytest.approx(1)
    assert np.linalg.norm(points[1] - points[2]) == pytest.approx(5)


def test_an_embedding_of_one_dimension_and_one_without_differences() -> None:
    assert embedding_of(np.array([[1.0], [2.0]]))["points"][0][1] == 0
    assert embedding_of(np.ones((3, 4)))["share"] == 1


def test_an_embedding_and_its_mirror_image_are_drawn_alike() -> None:
    """Of a direction and its opposite an algorithm may give either."""
    weight = np.random.default_rng(1).normal(size=(9, 4))
    assert embedding_of(-weight) == embedding_of(weight)
    turned = weight @ np.linalg.qr(np.random.default_rng(2).normal(size=(4, 4)))[0]
    assert embedding_of(turned)["points"] == [
        pytest.approx(point, abs=1e-8) for point in embedding_of(weight)["points"]
    ]
    for column in np.array(embedding_of(weight)["points"]).T:
        assert column[np.abs(column).argmax()] > 0


def test_counts_drawn_are_like_those_of_the_list(shipped: dict[str, Model]) -> None:
    listed = np.array(inside_of(shipped["bigram"])["pairs"]["counts"], dtype=float)
    drawn = np.array(inside_of(shipped["bigram-net"])["pairs"]["counts"], dtype=float)
    assert np.corrcoef(listed.ravel(), drawn.ravel())[0, 1] > 0.99


def test_its_names_are_within_a_budget(tiny_model: Model) -> None:
    with pytest.raises(BudgetError):
        inside_of(tiny_model, Budget(100))
