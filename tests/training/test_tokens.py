import pytest

from namewright.alphabet import Alphabet
from namewright.errors import UnknownCharacterError
from tests import tiny
from training.tokens import tokens_of


def test_tokens_are_those_of_the_alphabet() -> None:
    assert tokens_of(["ab", "b", "bba"], tiny.ALPHABET).tolist() == [
        [1, 2, 0, 0],
        [2, 0, 0, 0],
        [2, 2, 1, 0],
    ]


def test_an_alphabet_is_in_any_order_and_of_any_script() -> None:
    alphabet = Alphabet(("ш", "a", "𐐨", "-"))
    names = ["a-𐐨", "шa", "-"]
    found = tokens_of(names, alphabet)
    assert [row[: len(name)].tolist() for row, name in zip(found, names, strict=True)] == [
        alphabet.encode(name) for name in names
    ]


@pytest.mark.parametrize("character", ["c", "A", "-", "𐐨"])
def test_an_unknown_character_is_named_with_its_place(character: str) -> None:
    with pytest.raises(UnknownCharacterError) as caught:
        tokens_of(["ab", f"a{character}b"], tiny.ALPHABET)
    assert (caught.value.position, caught.value.character) == (1, character)
