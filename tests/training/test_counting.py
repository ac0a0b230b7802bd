import numpy as np
import pytest

from namewright.alphabet import Alphabet
from training.counting import SMOOTHINGS, choose_smoothing, count_pairs, smooth

AB = Alphabet(("a", "b"))


def test_pairs_are_counted_with_boundaries_at_both_ends() -> None:
    assert count_pairs(["ab", "a"], AB).tolist() == [[0, 2, 0], [1, 0, 1], [1, 0, 0]]


def test_smoothing_is_added_to_every_count() -> None:
    rows = np.exp(smooth(np.array([[0, 2, 0]]), 1.0))
    np.testing.assert_allclose(rows, [[1 / 5, 3 / 5, 1 / 5]])


@pytest.mark.parametrize("smoothing", [0.0, -1.0, float("nan"), float("inf")])
def test_smoothing_that_makes_names_impossible_is_refused(smoothing: float) -> None:
    with pytest.raises(ValueError, match="smoothing should be above 0"):
        smooth(np.array([[1]]), smoothing)


def test_the_chosen_smoothing_is_the_best_on_validation() -> None:
    counts = count_pairs(["ab", "aab", "ba"] * 5, AB)
    validation = count_pairs(["bb", "ab"], AB)
    losses = {s: -(validation * smooth(counts, s)).sum() for s in SMOOTHINGS}
    assert choose_smoothing(counts, validation) == min(losses, key=lambda s: losses[s])
