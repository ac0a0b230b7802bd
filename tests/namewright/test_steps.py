"""What each state remembers, on automata of which it is known."""

from math import exp, log

import pytest

from namewright import Model
from namewright.errors import UnknownCharacterError
from namewright.steps import steps_of


def remembered(model: Model, name: str) -> list[str]:
    steps = steps_of(model.automaton, name)
    return [("^" if step["from_start"] else "") + step["remembers"] for step in steps]


def test_a_bigram_remembers_one_character(shipped: dict[str, Model]) -> None:
    assert remembered(shipped["bigram"], "anna") == ["^", "a", "n", "n", "a"]


def test_the_mlp_remembers_three(shipped: dict[str, Model]) -> None:
    assert remembered(shipped["mlp"], "annab") == ["^", "^a", "^an", "ann", "nna", "nab"]


def test_a_compiled_model_remembers_what_was_worth_it(shipped: dict[str, Model]) -> None:
    steps = steps_of(shipped["lstm"].automaton, "annabella")
    assert len(steps[-1]["remembers"]) > 3
    for position, step in enumerate(steps):
        assert "annabella"[:position].endswith(step["remembers"])


@pytest.mark.parametrize("name", ["a", "annabella", "q" * 31])
def test_whatever_comes_before_what_is_remembered_makes_no_difference(
    shipped: dict[str, Model], name: str
) -> None:
    automaton = shipped["ngram"].automaton
    for step in steps_of(automaton, name):
        if not step["from_start"]:
            for before in ("", "x", "maria"):
                tokens = automaton.alphabet.encode(before + step["remembers"])
                assert automaton.walk(tokens) == step["state"]


def test_probabilities_are_those_of_the_score(shipped: dict[str, Model]) -> None:
    for model in shipped.values():
        steps = steps_of(model.automaton, "maria")
        total = sum(log(step["probability"]) for step in steps)
        assert total == pytest.approx(model.log_likelihoods(["maria"])[0])
        for step in steps:
            assert sum(step["probabilities"]) == pytest.approx(1)
            assert step["probability"] in step["probabilities"]
    assert exp(total) < 1


def test_a_name_that_cannot_be_spelt_is_refused(shipped: dict[str, Model]) -> None:
    with pytest.raises(UnknownCharacterError):
        steps_of(shipped["mlp"].automaton, "mário")
