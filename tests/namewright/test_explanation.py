import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from namewright import Model, Score, reference
from namewright.comparison import compare
from namewright.digits import rounded
from namewright.explanation import END, PREFERRED, Explanation, doubt, explanation_of
from namewright.joined import JoinedModel
from namewright.score import describe
from tests import tiny

NAMES = st.text("ab", min_size=1, max_size=31)


def explained(model: Model | JoinedModel, name: str) -> Score:
    [score] = model.score([name], explain=True)
    assert isinstance(score, Score)
    return score


def explanation(score: Score) -> Explanation:
    assert score.explanation is not None
    return score.explanation


def test_an_explanation_by_hand(tiny_model: Model) -> None:
    found = explanation(explained(tiny_model, "ab"))
    first, second, end = found["places"]
    assert (first["character"], first["rank"]) == ("a", 1)
    assert (second["character"], second["rank"]) == ("b", 2)
    assert (end["character"], end["rank"]) == (END, 2)
    assert [place["probability"] for place in found["places"]] == pytest.approx([0.6, 0.3, 0.25])
    assert [each["character"] for each in second["preferred"]] == [END, "b", "a"]
    assert [each["probability"] for each in second["preferred"]] == pytest.approx([0.5, 0.3, 0.2])
    assert found["weakest"] == 2  # 0.25, where a had 0.5; b had 0.3 of 0.5, and a was the likeliest


def test_probabilities_of_places_multiply_to_the_likelihood(shipped: dict[str, Model]) -> None:
    for model in shipped.values():
        names = model.sample(50, seed=1, temperature=1.5)
        for score in model.score(names, explain=True):
            assert isinstance(score, Score)
            places = explanation(score)["places"]
            assert "".join(place["character"] for place in places) == score.name
            assert [place["probability"] for place in places] == [
                rounded(math.exp(each)) for each in score.characters
            ]
            product = math.prod(place["probability"] for place in places)
            assert math.log(product) == pytest.approx(score.log_likelihood)


def test_what_was_preferred_has_the_first_ranks(shipped: dict[str, Model]) -> None:
    for model in shipped.values():
        for name in ("emma", "xqzt"):
            for place in explanation(explained(model, name))["places"]:
                shares = [each["probability"] for each in place["preferred"]]
                assert len(shares) == PREFERRED
                assert shares == sorted(shares, reverse=True)
                itself = {key: place[key] for key in ("character", "probability")}  # type: ignore[literal-required]
                if place["rank"] <= PREFERRED:
                    assert place["preferred"][place["rank"] - 1] == itself
                else:
                    assert itself not in place["preferred"]
                    assert place["probability"] <= shares[-1]


def test_a_rank_is_the_least_top_k_that_allows_the_character(shipped: dict[str, Model]) -> None:
    for model in shipped.values():
        automaton = model.automaton
        places = explanation(explained(model, "charlotte"))["places"]
        state = automaton.start
        for token, place in zip([*automaton.alphabet.encode("charlotte"), 0], places, strict=True):
            for top_k in (place["rank"] - 1, place["rank"]):
                shaped = reference.probabilities(automaton.row(state), 1.0, top_k, 1.0)
                assert (shaped[token] > 0) == (top_k in (0, place["rank"]))
            state = automaton.follow(state, token)


@given(NAMES)
def test_the_weakest_place_is_furthest_below_the_likeliest(name: str) -> None:
    found = explanation_of(tiny.automaton(), name)
    doubts = [doubt(place) for place in found["places"]]
    assert doubts[found["weakest"]] == max(doubts)
    assert max(doubts[: found["weakest"]], default=0) < max(doubts)
    assert min(doubts) >= 1


@given(NAMES)
def test_there_is_a_place_for_each_character_and_for_the_end(name: str) -> None:
    places = explanation_of(tiny.automaton(), name)["places"]
    assert [place["character"] for place in places] == [*name, END]
    assert {place["rank"] for place in places} <= {1, 2, 3}


def test_a_letter_that_hardly_belongs_is_the_weakest_place(shipped: dict[str, Model]) -> None:
    model = shipped["lstm"]
    for name, weakest in (("kathxrine", 4), ("qmma", 1), ("elisabth", 6)):
        assert explanation(explained(model, name))["weakest"] == weakest


def test_scores_have_explanations_only_on_request_and_are_the_same(
    shipped: dict[str, Model],
) -> None:
    names = ["Emma", "Nguyễn", "r2d2", ""]
    for model in (shipped["lstm"], shipped["bigram"]):
        for plain, more in zip(model.score(names), model.score(names, explain=True), strict=True):
            if isinstance(plain, Score):
                assert isinstance(more, Score)
                assert plain.explanation is None
                assert more._replace(explanation=None) == plain
                assert describe(more)["explanation"] == more.explanation  # type: ignore[typeddict-item]
            else:
                assert repr(more) == repr(plain)


def test_what_is_explained_is_the_name_that_was_scored(shipped: dict[str, Model]) -> None:
    places = explanation(explained(shipped["lstm"], "O'Zoë"))["places"]
    assert "".join(place["character"] for place in places) == "ozoe"


def test_parts_of_a_name_are_explained_one_by_one(shipped: dict[str, Model]) -> None:
    girls, surnames = shipped["girls"], shipped["surnames"]
    joined = JoinedModel((girls, surnames))
    score = explained(joined, "Mary Ann Smith")
    assert score.explanation is None
    assert [part.name for part in score.parts] == ["maryann", "smith"]
    for part, model in zip(score.parts, (girls, surnames), strict=True):
        assert part.explanation == explained(model, part.name).explanation
    [plain] = joined.score(["Mary Ann Smith"])
    assert isinstance(plain, Score)
    assert [part.explanation for part in plain.parts] == [None, None]


def test_a_comparison_has_the_explanation_of_each_model(shipped: dict[str, Model]) -> None:
    models = [shipped["girls"], shipped["boys"]]
    [found] = compare(models, ["liam"], explain=True)
    assert "error" not in found
    for model in models:
        assert found["scores"][model.name]["explanation"] == explained(model, "liam").explanation
    [plain] = compare(models, ["liam"])
    assert "error" not in plain
    assert "explanation" not in plain["scores"]["girls"]
