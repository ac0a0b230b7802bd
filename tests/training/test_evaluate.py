import numpy as np
import pytest

from namewright import Model
from namewright.kernel import walk
from tests import tiny
from training.automaton_teacher import AutomatonTeacher
from training.data import Split
from training.evaluate import lengths_of, loss, losses, novelty, total_variation

TEACHER = AutomatonTeacher(tiny.automaton())


def test_loss_is_nats_a_prediction_the_end_counted() -> None:
    a, b = np.log(tiny.PROBABILITIES[0, 1]), np.log(tiny.PROBABILITIES[1, 2])
    end = np.log(tiny.PROBABILITIES[2, 0])
    assert loss(TEACHER, ["ab"]) == pytest.approx(-(a + b + end) / 3)
    assert losses(TEACHER, Split(["ab"], ["a"], ["b"])).keys() == {"train", "validation", "test"}


def test_inventions_are_counted_by_what_they_are() -> None:
    """Names of the tiny model against lists whose shares its probabilities give."""
    model = Model("tiny", tiny.checkpoint(), walk(tiny.automaton()))
    parts = Split(["a"], ["b", "a"], ["ab", "bbbbbbbbbbbbbbbbbbbb"])
    found = novelty(model, parts, temperature=1.0, names=40_000)
    p = tiny.PROBABILITIES
    nonempty = 1 - p[0, 0]
    known = p[0, 1] * p[1, 0] / nonempty
    real = (p[0, 2] * p[2, 0] + p[0, 1] * p[1, 2] * p[2, 0]) / nonempty
    assert found.known == pytest.approx(known, abs=0.01)
    assert found.real == pytest.approx(real, abs=0.01)
    assert found.found == pytest.approx(2 / 3)
    names = model.sample(40_000, seed=0)
    assert found.unique == len(set(names)) / 40_000


def test_at_temperature_0_one_name_is_made_again_and_again() -> None:
    model = Model("tiny", tiny.checkpoint(), walk(tiny.automaton()))
    found = novelty(model, Split(["a"], ["b"], ["ab"]), temperature=0.0, names=100)
    assert (found.known, found.real, found.unique) == (1.0, 0.0, 0.01)
    assert found.lengths == pytest.approx(1 / 3)


def test_total_variation_is_0_for_the_same_and_1_for_nothing_in_common() -> None:
    one, two = lengths_of(["a", "bb"]), lengths_of(["ccc"])
    assert total_variation(one, one) == 0
    assert total_variation(one, two) == 1
    assert total_variation(one, lengths_of(["a"])) == 0.5
