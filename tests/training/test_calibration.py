import numpy as np
import pytest
from numpy.typing import NDArray

from namewright import Model, Score
from namewright.kernel import walk
from namewright.plausibility import plausibility
from tests import tiny
from tests.conftest import ROOT
from training.automaton_teacher import AutomatonTeacher
from training.calibration import (
    POINTS,
    Calibration,
    calibrate,
    equal_weights,
    weighted_quantiles,
)
from training.data import split
from training.name_list import read_list


def table_of(names: list[str], locales: dict[str, tuple[str, ...]] | None = None) -> Calibration:
    return calibrate(AutomatonTeacher(tiny.automaton()), names, locales)


def means_of(names: list[str]) -> NDArray[np.float64]:
    return walk(tiny.automaton()).log_likelihoods(names) / [len(name) + 1 for name in names]


def test_quantiles_are_of_names_of_about_that_length() -> None:
    names = ["ab"] * 150 + ["ba"] * 150 + ["aaaaaaaaaaaa"] * 300
    table = table_of(names).names
    assert table.shape == (31, POINTS)
    low, high = sorted(means_of(["ab", "ba"]))
    np.testing.assert_allclose(table[1][5:48], low)
    np.testing.assert_allclose(table[1][52:-5], high)
    np.testing.assert_allclose(table[11][5:90], means_of(["a" * 12])[0])


def test_few_names_are_calibrated_by_all_of_them() -> None:
    table = table_of(["ab", "b"]).names
    assert table.shape == (31, POINTS)
    assert (table[:, 0] == means_of(["ab", "b"]).min()).all()


def test_lengths_without_names_are_calibrated_by_the_nearest() -> None:
    table = table_of(["ab"] * 300 + ["bbbb"] * 300).names
    np.testing.assert_allclose(np.median(table[30]), means_of(["bbbb"])[0])
    assert np.isfinite(table).all()


def test_names_from_scripts_without_vowels_are_calibrated_apart() -> None:
    names = ["ab", "abb"] * 100 + ["bb", "bbb"] * 150
    locales: dict[str, tuple[str, ...]] = {"ab": ("en_US",), "abb": ("en", "he_IL")}
    locales |= {"bb": ("he_IL",), "bbb": ("ar_SA", "fa_IR")}
    both = table_of(names, locales)
    assert both.abjad is not None
    apart = table_of(["ab", "abb"] * 100, locales)
    assert apart.abjad is None
    np.testing.assert_array_equal(both.names, apart.names)
    assert both.abjad[1].max() == means_of(["bb", "bbb"]).max()


def test_a_list_with_few_of_those_has_one_table() -> None:
    assert table_of(["ab"] * 300 + ["bb"] * 20, {"bb": ("he_IL",)}).abjad is None


def test_plausibility_is_the_share_of_held_out_names_that_are_less_likely(
    shipped: dict[str, Model],
) -> None:
    """For each shipped model, on the names of its table, those of about that length."""
    for model in shipped.values():
        listed = read_list(ROOT / "data" / model.checkpoint.data["file"])
        if listed.locales:  # it is the share of each locale's alike
            continue
        parts = split(listed.names, "hash")
        held_out = sorted({*parts.validation, *parts.test})
        lengths = np.array([len(name) for name in held_out])
        means = model.log_likelihoods(held_out) / (lengths + 1)
        for length in (5, 6, 7):
            near = np.exp(-0.5 * ((lengths - length) / (0.3 * length)) ** 2)
            peers = [name for name in held_out if len(name) == length]
            for score in model.score(peers[:100]):
                assert isinstance(score, Score)
                share = near[means < score.mean_log_likelihood].sum() / near.sum()
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
