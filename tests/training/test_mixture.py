import numpy as np
import pytest

from namewright import Sampling
from namewright.alphabet import Alphabet
from tests import tiny
from training.automaton_teacher import AutomatonTeacher
from training.mixture import Mixture, choose_weights
from training.teacher import by_name

NAMES = ["ab", "b", "abba", "aaaa", "bab"]


def teachers() -> tuple[AutomatonTeacher, AutomatonTeacher]:
    """Two that differ: the tiny model, and one that has a and b the other way around."""
    swapped = tiny.automaton()
    order = [0, 2, 1]
    log_probs = np.ascontiguousarray(swapped.log_probs[order][:, order])
    return AutomatonTeacher(tiny.automaton()), AutomatonTeacher(
        type(swapped)(swapped.alphabet, 0, log_probs, swapped.transitions)
    )


def test_a_mixture_predicts_the_weighted_mean() -> None:
    one, two = teachers()
    mixture = Mixture((one, two), (0.25, 0.75))
    memory, memories = None, [None, None]
    for token in (0, 1, 2):
        tokens = np.array([token])
        found, after = mixture.advance(memory, tokens)
        expected = [t.advance(m, tokens) for t, m in zip((one, two), memories, strict=True)]
        mean = 0.25 * expected[0][0] + 0.75 * expected[1][0]
        np.testing.assert_allclose(found, mean, rtol=1e-6)
        rows = np.array([0])
        memory, memories = after(rows), [each[1](rows) for each in expected]


def test_log_probs_are_those_of_the_mean_and_sum_to_the_log_likelihoods() -> None:
    one, two = teachers()
    mixture = Mixture((one, two), (0.25, 0.75))
    mean = np.log(0.25 * np.exp(one.log_probs(NAMES)) + 0.75 * np.exp(two.log_probs(NAMES)))
    np.testing.assert_allclose(mixture.log_probs(NAMES), mean)
    np.testing.assert_allclose(mixture.log_likelihoods(NAMES), by_name(mean, NAMES))
    np.testing.assert_allclose(by_name(one.log_probs(NAMES), NAMES), one.log_likelihoods(NAMES))


def test_the_weights_are_those_under_which_names_are_most_likely() -> None:
    both = teachers()
    names = AutomatonTeacher(tiny.automaton()).walker.sample(Sampling(n=500, seed=1))
    weights = choose_weights(both, names)
    assert sum(weights) == pytest.approx(1)
    assert weights[0] > 0.9
    best = Mixture(both, weights).log_likelihoods(names).sum()
    for other in ([0.5, 0.5], [0.8, 0.2], [1.0, 0.0]):
        assert Mixture(both, other).log_likelihoods(names).sum() <= best + 0.2


def test_teachers_of_other_alphabets_are_refused() -> None:
    one, _ = teachers()
    other = tiny.automaton()
    abc = type(other)(Alphabet(("x", "y")), 0, other.log_probs, other.transitions)
    with pytest.raises(ValueError, match="one alphabet"):
        Mixture((one, AutomatonTeacher(abc)), (0.5, 0.5))
