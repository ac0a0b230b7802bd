import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from namewright.plausibility import plausibility

EVEN = np.linspace(-3, -1, 101).tolist()
"""Of names whose means are spread evenly from -3 to -1."""


def test_between_the_quantiles_it_is_the_share_below() -> None:
    for share in (0.01, 0.25, 0.5, 0.503, 0.99):
        assert plausibility(EVEN, -3 + 2 * share) == pytest.approx(share)


def test_where_many_are_alike_it_is_the_share_of_those_and_all_below() -> None:
    quantiles = [-3.0, *[-2.0] * 10, -1.0]
    assert plausibility(quantiles, -2.0) == pytest.approx(2 / 11)


def test_beyond_the_quantiles_it_goes_on_by_the_slope_of_the_tail() -> None:
    """Of exponential tails, which a line in the logarithm is: five times as rare each step."""
    width = EVEN[5] - EVEN[1]
    first, second = (plausibility(EVEN, EVEN[1] - steps * width) for steps in (0, 1))
    assert first == pytest.approx(0.01)
    assert first / second == pytest.approx(5, rel=0.15)
    assert 1 - plausibility(EVEN, EVEN[-2] + width) == pytest.approx(0.01 / 5, rel=0.15)


@given(st.lists(st.floats(-700, 0), min_size=2, max_size=20, unique=True))
def test_it_rises_with_the_mean_and_reaches_neither_0_nor_1(means: list[float]) -> None:
    means.sort()
    found = [plausibility(EVEN, mean) for mean in means]
    assert found == sorted(found)
    assert found[0] > 0
    assert found[-1] < 1
    for (low, high), (less, more) in zip(pairwise(means), pairwise(found), strict=True):
        assert more > less or high - low < 1e-6


def test_quantiles_that_are_all_the_same_give_a_number() -> None:
    for mean in (-2.5, -2.0, -1.5):
        assert 0 < plausibility([-2.0] * 101, mean) < 1
        assert math.isfinite(plausibility([-2.0] * 101, mean))
