import numpy as np
import pytest

from namewright.alphabet import Alphabet
from tests import tiny
from training import prefixes as module
from training.automaton_teacher import AutomatonTeacher
from training.prefixes import APIECE, Prefixes, count_prefixes, draw, draw_prefixes


def spelt(prefixes: Prefixes, alphabet: Alphabet) -> list[str]:
    """The text of each prefix."""
    texts: list[str] = []
    for parent, last in zip(prefixes.parent, prefixes.last, strict=True):
        texts.append("" if parent < 0 else texts[parent] + alphabet.decode([last]))
    return texts


def test_counted_prefixes_are_those_of_the_names() -> None:
    alphabet = Alphabet(("a", "b"))
    found = count_prefixes(["ab", "ab", "a", "bb"], alphabet)
    counts = np.rint(found.following * found.weight[:, None]).astype(int)
    table = dict(zip(spelt(found, alphabet), counts.tolist(), strict=True))
    assert table == {
        "": [0, 3, 1],
        "a": [1, 0, 2],
        "ab": [2, 0, 0],
        "b": [0, 0, 1],
        "bb": [1, 0, 0],
    }


def exact(name: str) -> float:
    """The probability that a name of the tiny model begins so."""
    p, state = 1.0, 0
    for token in tiny.ALPHABET.encode(name):
        p, state = p * tiny.PROBABILITIES[state, token], token
    return p


def test_common_prefixes_are_there_with_their_exact_weights() -> None:
    found = draw_prefixes(AutomatonTeacher(tiny.automaton()), 1000, seed=1)
    texts = spelt(found, tiny.ALPHABET)
    assert len(texts) == len(set(texts))
    for text, weight, following in zip(texts, found.weight, found.following, strict=True):
        state = tiny.ALPHABET.encode(text)[-1] if text else 0
        assert following == pytest.approx(tiny.PROBABILITIES[state], abs=1e-6)
        if weight > 1:
            assert weight == pytest.approx(1000 * exact(text), rel=1e-5)
    common = [a + b + c for a in "ab" for b in "ab" for c in "ab"]
    assert set(common) <= set(texts)


@pytest.mark.parametrize("seeds", [600, pytest.param(3000, marks=pytest.mark.slow)])
def test_rare_prefixes_weigh_what_they_should_on_average(seeds: int) -> None:
    """Over many seeds, a prefix that few of them show comes to its expectation."""
    rare, names = "aaaa", 40
    total = 0.0
    for seed in range(seeds):
        found = draw_prefixes(AutomatonTeacher(tiny.automaton()), names, seed)
        texts = spelt(found, tiny.ALPHABET)
        total += found.weight[texts.index(rare)] if rare in texts else 0.0
    expected = names * exact(rare)
    assert expected < 1
    assert total / seeds == pytest.approx(expected, abs=4 * (expected / seeds) ** 0.5)


def test_same_seed_gives_same_prefixes() -> None:
    teacher = AutomatonTeacher(tiny.automaton())
    first, again, other = (draw_prefixes(teacher, 500, seed) for seed in (1, 1, 2))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert first.weight.tolist() != other.weight.tolist()


def test_progress_rises_to_nearly_all() -> None:
    told: list[float] = []
    draw_prefixes(AutomatonTeacher(tiny.automaton()), 500, 1, told.append)
    assert told == sorted(told)
    assert 0.9 < told[-1] <= 1


@pytest.mark.parametrize("fits", [1_000, 5_000, 20_000])
def test_no_more_names_are_drawn_than_there_is_room_for(
    fits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = AutomatonTeacher(tiny.automaton())
    monkeypatch.setattr(module, "FIRST", 100)
    monkeypatch.setattr(module, "ROOM", fits * (APIECE + 4 * tiny.ALPHABET.vocab_size))
    found = draw_prefixes(teacher, 10**9, seed=1)
    assert fits / 2 < len(found.last) < 1.1 * fits
    drawn = int(found.weight[0])
    for part, same in zip(found, draw(teacher, drawn, 1, lambda ended: None), strict=True):
        np.testing.assert_array_equal(part, same)


def test_all_the_names_are_drawn_where_there_is_room() -> None:
    for names in (500, 10_000, 10_001, 11_000, 50_000):
        assert draw_prefixes(AutomatonTeacher(tiny.automaton()), names, 1).weight[0] == names
