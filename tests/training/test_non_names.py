from itertools import pairwise

import pytest

from training import non_names

NAMES = ["emma", "wilhelmina", "bo", "o'connor", "李"] * 40


@pytest.mark.parametrize("kind", non_names.KINDS)
def test_each_has_the_length_of_a_name_and_the_seed_decides(kind: str) -> None:
    made = non_names.make(kind, NAMES, seed=1)
    assert [len(name) for name in made] == [4, 10, 2, 7, 1] * 40
    assert made == non_names.make(kind, NAMES, seed=1)
    assert made != non_names.make(kind, NAMES, seed=2)


def test_a_walk_goes_from_key_to_neighbouring_key() -> None:
    assert set(non_names.NEIGHBOURS["g"]) == {"f", "h", "t", "y", "v", "b"}
    assert set(non_names.NEIGHBOURS["q"]) == {"w", "a"}
    for walk in non_names.make("keyboard", ["wilhelmina"] * 100):
        for key, following in pairwise(walk):
            assert following in non_names.NEIGHBOURS[key]


def test_a_shuffled_name_has_its_letters_and_is_another() -> None:
    for name, made in zip(NAMES, non_names.make("shuffled", NAMES), strict=True):
        letters = name.replace("'", "")
        assert sorted(made) == sorted(letters)
        assert made != letters or len(set(letters)) == 1
