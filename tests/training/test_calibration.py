import numpy as np
import pytest

from namewright import Model, Score
from namewright.kernel import walk
from namewright.plausibility import plausibility
from tests import tiny
from tests.conftest import ROOT
from training.automaton_teacher import AutomatonTeacher
from training.calibration import POINTS, calibrate, equal_weights, weighted_quantiles
from training.data import split
from training.name_list import read_list


def test_quantiles_are_of_names_of_that_length_where_there_are_enough() -> None:
    names = ["ab"] * 150 + ["ba"] * 150 + ["aaaa"] * 300
    table = calibrate(AutomatonTeacher(tiny.automaton()), names)
    assert table.shape == (31, POINTS)
    means = walk(tiny.automaton()).log_likelihoods(["ab", "ba", "aaaa"]) / [3, 3, 5]
    assert set(np.round(table[1], 12)) >= set(np.round(sorted(means[:2]), 12))
    assert np.all(table[3] == table[3][0])
    np.testing.assert_allclose(table[3], means[2])


def test_few_names_are_calibrated_by_all_of_them() -> None:
    assert calibrate(AutomatonTeacher(tiny.automaton()), ["ab", "b"]).shape == (31, POINTS)


def test_plausibility_is_the_share_of_held_out_names_that_are_less_likely(
    shipped: dict[str, Model],
) -> None:
    """For each shipped model, length by length, on the names that the table was made from."""
    for model in shipped.values():
        listed = read_list(ROOT / "data" / model.checkpoint.data["file"])
        if listed.locales:  # it is the share of each locale's alike
            continue
        parts = split(listed.names, "hash")
        for length in (5, 6, 7):
            peers = [n for n in (*parts.validation, *parts.test) if len(n) == length]
            means = np.sort(model.log_likelihoods(peers)) / (length + 1)
            for score in model.score(peers[:100]):
                assert isinstance(score, Score)
                share = np.searchsorted(means, score.mean_log_likelihood) / len(means)
                assert abs(score.plausibility - share) < 0.012


def test_the_median_held_out_name_has_plausibility_one_half(shipped: dict[str, Model]) -> None:
    table = shipped["mlp"].checkpoint.calibration
    for row in table:
        assert plausibility(row.tolist(), float(np.median(row))) == 0.5


def test_each_locale_weighs_the_same() -> None:
    names = ["a", "b", "aa", "ab", "ba", "bb"]
    locales = {"a": ("x",), **dict.fromkeys(names[1:], ("y",)), "bb": ("x", "y")}
    weights = dict(zip(names, equal_weights(names, locales), strict=True))
    assert weights["a"] == pytest.approx(0.5)
    assert weights["b"] == pytest.approx(0.2)
    assert weights["bb"] == pytest.approx(0.7)
    assert sum(weights.values()) == pytest.approx(2)


def test_quantiles_without_weights_are_those_of_numpy() -> None:
    values = np.random.default_rng(0).normal(size=317)
    found = weighted_quantiles(values, np.ones(len(values)))
    np.testing.assert_allclose(found, np.quantile(values, np.linspace(0, 1, POINTS)))
