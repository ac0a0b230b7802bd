import numpy as np
import pytest
from numpy.typing import NDArray

from namewright.alphabet import Alphabet
from namewright.automaton import Automaton
from tests import tiny
from training.automaton_teacher import AutomatonTeacher
from training.lengths import LengthMatched, ends, match_lengths
from training.prefixes import draw_prefixes
from training.teacher import Predictor

LENGTHS = np.bincount([2] * 4_000 + [3] * 10_000 + [4] * 20_000 + [5] * 16_000, minlength=32)


def shares_of(predictor: Predictor) -> NDArray[np.float64]:
    ended, _ = ends(draw_prefixes(predictor, 200_000, 7))
    ended[0] = 0  # which is no name
    shares: NDArray[np.float64] = ended / ended.sum()
    return shares


def test_names_are_as_long_as_those_of_the_list() -> None:
    teacher = AutomatonTeacher(tiny.automaton())
    wanted = LENGTHS / LENGTHS.sum()
    before = np.abs(shares_of(teacher) - wanted).sum() / 2
    after = np.abs(shares_of(match_lengths(teacher, LENGTHS.astype(float))) - wanted).sum() / 2
    assert before > 0.5
    assert after < 0.02


def test_what_comes_next_is_as_it_was_where_it_is_not_the_end() -> None:
    teacher = AutomatonTeacher(tiny.automaton())
    matched = LengthMatched(teacher, np.linspace(-1, 1, 32))
    before, _ = teacher.advance(None, np.array([0]))
    after, _ = matched.advance(None, np.array([0]))
    assert after.sum() == pytest.approx(1)
    assert after[0, 1] / after[0, 2] == pytest.approx(before[0, 1] / before[0, 2])
    odds = (after[0, 0] / after[0, 1:].sum()) / (before[0, 0] / before[0, 1:].sum())
    assert odds == pytest.approx(np.exp(-1))


def test_a_list_of_few_names_moves_the_odds_little() -> None:
    teacher = AutomatonTeacher(tiny.automaton())
    few = match_lengths(teacher, np.bincount([3, 3, 4], minlength=32).astype(float))
    assert np.abs(shares_of(few) - shares_of(teacher)).sum() < 0.3


def test_the_same_seed_gives_the_same_odds() -> None:
    teacher = AutomatonTeacher(tiny.automaton())
    one, two = (match_lengths(teacher, LENGTHS.astype(float), seed=3) for _ in range(2))
    np.testing.assert_array_equal(one.factors, two.factors)


def test_a_teacher_that_hardly_ever_ends_a_name_is_matched_too() -> None:
    table = np.log(np.array([[1e-6, 0.5, 0.5 - 1e-6]] * 3))
    teacher = AutomatonTeacher(Automaton(Alphabet(("a", "b")), 0, table, tiny.last_character()))
    shares = shares_of(match_lengths(teacher, LENGTHS.astype(float)))
    assert np.argmax(shares) == 4
