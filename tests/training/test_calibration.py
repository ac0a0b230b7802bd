import numpy as np

from namewright import Model, Score
from namewright.kernel import walk
from namewright.scoring import plausibility
from tests import tiny
from tests.conftest import ROOT
from training.automaton_teacher import AutomatonTeacher
from training.calibration import POINTS, calibrate
from training.data import split
from training.name_list import read_names


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
    parts = split(read_names(ROOT / "data" / "names.txt"), "hash")
    for model in shipped.values():
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
