import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from namewright import Model, Score
from namewright.errors import EmptyNameError, LongNameError, UnknownCharacterError
from namewright.kernel import walk
from tests import tiny


def score_of(model: Model, name: str) -> Score:
    (score,) = model.score([name])
    assert isinstance(score, Score)
    return score


def test_a_score_by_hand(tiny_model: Model) -> None:
    score = score_of(tiny_model, "ab")
    assert score.log_likelihood == pytest.approx(math.log(0.6 * 0.3 * 0.25))
    assert score.mean_log_likelihood == pytest.approx(score.log_likelihood / 3)
    assert score.perplexity == pytest.approx((0.6 * 0.3 * 0.25) ** (-1 / 3))
    assert score.characters == pytest.approx(np.log([0.6, 0.3, 0.25]))
    assert score.plausibility == pytest.approx((score.mean_log_likelihood + 3) / 2, abs=0.03)
    assert score.known


def test_characters_sum_to_the_log_likelihood(shipped: dict[str, Model]) -> None:
    for model in shipped.values():
        for score in model.score(model.sample(200, seed=1, temperature=1.5)):
            assert isinstance(score, Score)
            assert len(score.characters) == len(score.name) + 1
            total = 0.0
            for log_prob in score.characters:
                total += log_prob
            assert total == score.log_likelihood


@given(st.text("ab", min_size=1, max_size=31))
def test_log_likelihoods_are_those_of_scores(name: str) -> None:
    (found,) = walk(tiny.automaton()).log_likelihoods([name])
    expected = sum(
        np.log(tiny.PROBABILITIES)[before, after]
        for before, after in zip(
            [0, *tiny.ALPHABET.encode(name)], [*tiny.ALPHABET.encode(name), 0], strict=True
        )
    )
    assert found == pytest.approx(expected)


def test_all_short_names_and_their_endings_have_probability_1() -> None:
    """Every name of up to 12 characters, and what is longer: no probability is lost."""
    automaton = tiny.automaton()
    reach, total = {0: 1.0}, 0.0
    for _ in range(400):
        ahead: dict[int, float] = {}
        for state, mass in reach.items():
            p = np.exp(automaton.log_probs[state])
            total += mass * p[0]
            for token in (1, 2):
                ahead[token] = ahead.get(token, 0.0) + mass * p[token]
        reach = ahead
    assert total == pytest.approx(1)


def test_names_are_scored_as_they_are_normalised(tiny_model: Model) -> None:
    assert score_of(tiny_model, "  AB\n") == score_of(tiny_model, "ab")
    assert score_of(tiny_model, "AB").name == "ab"


def test_one_name_that_cannot_be_scored_leaves_the_rest(tiny_model: Model) -> None:
    names = ["ab", "", "  ", "a" * 32, "a" * 10_000, "a😀", "a1", "ba"]
    results = tiny_model.score(names)
    kinds = [type(result) for result in results]
    assert kinds == [
        Score,
        EmptyNameError,
        EmptyNameError,
        LongNameError,
        LongNameError,
        UnknownCharacterError,
        UnknownCharacterError,
        Score,
    ]
    assert all(getattr(result, "position", 1) == 1 for result in results)


def test_the_longest_name_is_scored(tiny_model: Model) -> None:
    assert len(score_of(tiny_model, "a" * 31).characters) == 32


def test_real_names_are_more_plausible_than_keyboard_walks(shipped: dict[str, Model]) -> None:
    model = shipped["mlp"]
    for name in ("emma", "oliver", "katherine"):
        assert score_of(model, name).plausibility > 0.5
    for keys in ("qwerty", "asdfgh", "zxcvbn", "xqzt", "qqqqqq"):
        assert score_of(model, keys).plausibility < 0.02


@pytest.mark.parametrize("name", [1, None, b"emma"])
def test_a_name_that_is_not_text_is_a_type_error(tiny_model: Model, name: Any) -> None:
    with pytest.raises(TypeError, match="each name should be text"):
        tiny_model.score(["ab", name])


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        ("\u0410bba", "position 0 .*, U\\+0410 CYRILLIC CAPITAL LETTER A,"),
        ("abe\u0301", "position 2 .*, U\\+00E9 LATIN SMALL LETTER E WITH ACUTE,"),
        ("a'b", "position 1 .*, U\\+0027 APOSTROPHE,"),
        ("a\ud800", "position 1 .*, U\\+D800, is"),
    ],
)
def test_an_unknown_character_is_named_as_unicode_names_it(
    tiny_model: Model, typed: str, called: str
) -> None:
    [error] = tiny_model.score([typed], fold=False)
    assert re.search(called, str(error))


def test_a_name_that_the_alphabet_cannot_spell_is_folded_unless_told_not_to(
    shipped: dict[str, Model],
) -> None:
    model = shipped["lstm"]
    typed = ["Nguyễn", "O'Connor", "Jean-Luc", "李", "emma"]
    names = ["nguyen", "oconnor", "jeanluc", "li", "emma"]
    folded = model.score(typed)
    assert [(s.name, s.folded) for s in folded if isinstance(s, Score)] == [
        *((name, True) for name in names[:4]),
        ("emma", False),
    ]
    for score, plain in zip(folded, model.score(names), strict=True):
        assert isinstance(score, Score)
        assert isinstance(plain, Score)
        assert score._replace(folded=False) == plain
    kinds = [type(each) for each in model.score(typed, fold=False)]
    assert kinds == [UnknownCharacterError] * 4 + [Score]


def test_names_from_scripts_without_vowels_are_held_against_their_like(
    tiny_model: Model,
) -> None:
    """BEH is romanised as b; what was typed as b is a name of the list's own script."""
    apart = tiny.CALIBRATION - 2  # such names are less likely by so much
    checkpoint = replace(tiny_model.checkpoint, abjad_calibration=apart)
    model = Model(tiny_model.name, checkpoint, tiny_model.walker)
    typed, folded = score_of(model, "b"), score_of(model, "\u0628")
    assert (folded.name, folded.folded) == ("b", True)
    assert folded.log_likelihood == typed.log_likelihood
    assert folded.plausibility > typed.plausibility
    assert score_of(tiny_model, "\u0628").plausibility == typed.plausibility
