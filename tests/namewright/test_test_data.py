import pytest

from namewright import Model, Sampling
from namewright.errors import ExhaustedError, ModelNotFoundError
from namewright.test_data import InventedNames, model_of, seed_of


def test_a_key_gives_its_names_again() -> None:
    names = InventedNames("a key", model="bigram")
    found = [names.one(), *names(3), *names(2, model="girls+surnames", starts_with="el")]
    again = InventedNames("a key", model="bigram")
    assert [*again(4), *again(2, model="girls+surnames", starts_with="el")] == found
    assert InventedNames("another key", model="bigram")(4) != found[:4]
    assert all(name[:2] == "El" and " " in name for name in found[4:])


def test_names_are_those_of_the_model(shipped: dict[str, Model]) -> None:
    drawn = shipped["bigram"].draw(Sampling(20, seed=seed_of("k"), case="title", temperature=0.8))
    assert InventedNames("k", model="bigram")(15) == list(dict.fromkeys(drawn))[:15]


def test_no_name_comes_twice() -> None:
    names = InventedNames("k", model="bigram", max_length=3)
    found = [*names(60), *names(20, temperature=2.0)]
    assert len(set(found)) == 80


def test_where_there_are_no_more_names_it_says_so() -> None:
    names = InventedNames("k", model="bigram", pattern="(ann|anna)")
    assert sorted(names(2)) == ["Ann", "Anna"]
    with pytest.raises(ExhaustedError) as caught:
        names.one()
    assert sorted(caught.value.names) == ["Ann", "Anna"]


def test_parameters_that_are_not_are_refused() -> None:
    with pytest.raises(TypeError, match="seed"):
        InventedNames("k", seed=3).one()
    with pytest.raises(ModelNotFoundError):
        InventedNames("k", model="girls+nobody").one()


def test_a_model_is_loaded_once() -> None:
    assert model_of("bigram") is model_of("bigram")
    assert model_of("bigram+mlp").name == "bigram+mlp"


def test_a_seed_is_pinned() -> None:
    """The names of everybody's tests hang on it."""
    assert seed_of("a key") == SEED


SEED = 6_100_635_487_727_709_194
