import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from namewright import Model, Sampling, Score, reference
from namewright.errors import (
    LongNameError,
    ManyWordsError,
    PartsError,
    UnknownCharacterError,
)
from namewright.joined import JoinedModel, divisions

FILTERED = Sampling(n=60, seed=42, min_length=4, max_length=9, starts_with="ma")


@pytest.fixture
def joined(shipped: dict[str, Model]) -> JoinedModel:
    return JoinedModel((shipped["mlp"], shipped["ngram"]))


def test_part_p_is_drawn_with_the_key_seed_and_p(joined: JoinedModel) -> None:
    drawn = joined.draw(FILTERED)
    for part, model in enumerate(joined.parts):
        sampling = replace(FILTERED, starts_with="") if part else FILTERED
        specified = reference.sample(model.automaton, sampling, part=part)
        assert [name.split(" ")[part] for name in drawn] == specified


def test_the_first_part_is_what_its_model_gives_alone(joined: JoinedModel) -> None:
    alone = joined.parts[0].draw(FILTERED)
    assert [name.split(" ")[0] for name in joined.draw(FILTERED)] == alone


def test_a_part_depends_on_no_other(joined: JoinedModel, shipped: dict[str, Model]) -> None:
    other = JoinedModel((shipped["bigram"], shipped["ngram"]))
    mine, theirs = joined.draw(FILTERED), other.draw(FILTERED)
    assert [name.split(" ")[1] for name in mine] == [name.split(" ")[1] for name in theirs]


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.integers(0, 50), st.integers(0, 50))
def test_names_do_not_depend_on_how_many_are_asked_for(seed: int, offset: int, n: int) -> None:
    model = joined_tiny()
    whole = model.draw(Sampling(n=100, seed=seed))
    assert model.draw(Sampling(n=n, seed=seed, offset=offset)) == whole[offset : offset + n]


def joined_tiny() -> JoinedModel:
    from namewright.kernel import walk
    from tests import tiny

    model = Model("tiny", tiny.checkpoint(), walk(tiny.automaton()))
    return JoinedModel((model, model, model))


def test_what_it_makes_it_scores(joined: JoinedModel) -> None:
    names = joined.draw(Sampling(n=100, seed=3))
    for name, score in zip(names, joined.score(names), strict=True):
        assert isinstance(score, Score)
        assert score.name == name
        assert [part.name for part in score.parts] == name.split(" ")
        assert score.log_likelihood == pytest.approx(sum(p.log_likelihood for p in score.parts))
        assert sum(score.characters) == pytest.approx(score.log_likelihood)
        assert score.perplexity == pytest.approx(math.exp(-score.log_likelihood / (len(name) + 1)))
        least = min(part.plausibility for part in score.parts)
        assert score.plausibility == pytest.approx(1 - (1 - least) ** 2)


def test_more_words_than_parts_are_divided_as_is_most_likely(joined: JoinedModel) -> None:
    [score] = joined.score(["Mary Ann Smith"])
    assert isinstance(score, Score)
    likelihoods = []
    for given_name, surname in (("mary", "annsmith"), ("maryann", "smith")):
        parts = joined.parts[0].score([given_name]), joined.parts[1].score([surname])
        likelihoods.append(sum(part[0].log_likelihood for part in parts))  # type: ignore[union-attr]
    assert score.log_likelihood == pytest.approx(max(likelihoods))
    assert score.folded


def test_every_division_is_tried_once() -> None:
    a, b, c = (0, 1), (3, 4), (5, 6)  # where three words are
    assert list(divisions([a, b, c], 2)) == [[a, (3, 6)], [(0, 4), c]]
    assert list(divisions([a, b], 2)) == [[a, b]]


def test_what_has_no_score(joined: JoinedModel) -> None:
    names = ["emma", "", "emma r2", "a " * 300, "a b c d e f g h i"]
    found = joined.score(names)
    kinds = [PartsError, PartsError, UnknownCharacterError, LongNameError, ManyWordsError]
    assert [type(each) for each in found] == kinds
    assert str(found[4]) == "the name has too many words; a name of parts has at most 8"
    assert isinstance(joined.score(["a b c d e f g h"])[0], Score)


@pytest.mark.parametrize(
    ("typed", "position"),
    [("emma r2", 6), (" e1 smith", 2), ("emma  van\t d@m ", 12), ("zoë\u00a0ann sm1th", 10)],
)
def test_an_unknown_character_is_where_it_is_in_all_that_was_sent(
    joined: JoinedModel, typed: str, position: int
) -> None:
    [fault] = joined.score([typed])
    assert isinstance(fault, UnknownCharacterError)
    assert (fault.position, fault.character) == (position, typed[position])
    assert f"position {fault.position} " in str(fault)
    assert fault.name == " ".join(typed.split())


@given(st.text("ab \t\u00a0", max_size=40))
def test_spaces_of_any_kind_and_number_part_words(typed: str) -> None:
    [found] = joined_tiny().score([typed])
    [plain] = joined_tiny().score([" ".join(typed.split())])
    assert repr(found) == repr(plain)
