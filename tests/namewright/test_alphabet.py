import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from namewright.alphabet import Alphabet, normalise
from namewright.errors import UnknownCharacterError


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_every_character_normalises_to_a_fixed_point() -> None:
    for code in range(sys.maxunicode + 1):
        once = normalise(chr(code))
        assert normalise(once) == once


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [(" Emma\n", "emma"), ("ZOE\u0308", "zoë"), ("STRAẞE", "strasse"), ("Ἀχιλλεύς", "ἀχιλλεύσ")],
)
def test_names_are_stripped_folded_and_composed(typed: str, spelt: str) -> None:
    assert normalise(typed) == spelt
    assert unicodedata.is_normalized("NFC", normalise(typed))


@given(st.lists(st.text("abcxyzéß-' ", min_size=1), min_size=1))
def test_decode_undoes_encode(names: list[str]) -> None:
    alphabet = Alphabet.of(names)
    for name in names:
        assert alphabet.decode(alphabet.encode(name)) == name
        assert all(1 <= token < alphabet.vocab_size for token in alphabet.encode(name))


def test_token_0_is_no_character() -> None:
    assert Alphabet(("a", "b")).encode("ab") == [1, 2]


def test_unknown_character_says_where_and_not_what() -> None:
    with pytest.raises(UnknownCharacterError) as caught:
        Alphabet(("a", "b")).encode("abq")
    assert caught.value.position == 2
    assert "position 2" in str(caught.value)
    assert "q" not in str(caught.value)


@pytest.mark.parametrize(
    "characters",
    [(), ("ab",), ("",), ("a", "a"), ("\n",), ("\x00",), tuple(map(chr, range(0x4E00, 0x4F00)))],
)
def test_bad_alphabets_are_refused(characters: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="alphabet"):
        Alphabet(characters)
