import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from namewright.alphabet import MAX_TYPED, Alphabet, normalise
from namewright.errors import EmptyNameError, LongNameError, UnknownCharacterError


@given(st.text(max_size=MAX_TYPED))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_every_character_normalises_to_a_fixed_point() -> None:
    for code in range(sys.maxunicode + 1):
        once = normalise(chr(code))
        assert normalise(once) == once


@pytest.mark.parametrize(
    ("typed", "spelt"),
    [
        (" Emma\n", "emma"),
        ("ZOE\u0308", "zoë"),
        ("STRAẞE", "strasse"),
        ("Ἀχιλλεύς", "ἀχιλλεύσ"),
        ("Anna  \t Maria", "anna maria"),
        ("\u00a0José\u2003\u00a0 María\u3000", "josé maría"),
        ("  \n ", ""),
    ],
)
def test_names_are_stripped_folded_and_composed_and_have_single_spaces(
    typed: str, spelt: str
) -> None:
    assert normalise(typed) == spelt
    assert unicodedata.is_normalized("NFC", normalise(typed))


@pytest.mark.parametrize("repeated", ["\u0301", "\u0301\u0316", "é", "ß", " "])
def test_a_name_is_bounded_before_anything_else_is_done_with_it(repeated: str) -> None:
    """To normalise 256 kB of combining marks takes half a minute."""
    started = time.perf_counter()
    for name in (repeated * 128_000, "e" + repeated * MAX_TYPED):
        with pytest.raises(LongNameError):
            normalise(name)
        with pytest.raises(LongNameError):
            Alphabet(("e",)).spell(name)
    assert time.perf_counter() - started < 1


def test_what_was_typed_may_be_longer_than_the_name() -> None:
    alphabet = Alphabet(("é", "z"))
    typed = "  " + "E\u0301" * 30 + "z" + " " * 100
    assert alphabet.spell(typed) == ("é" * 30 + "z", [1] * 30 + [2])
    with pytest.raises(LongNameError):
        alphabet.spell("é" * 32)
    with pytest.raises(EmptyNameError):
        alphabet.spell("  ")


@given(st.lists(st.text("abcxyzéñ-' \u0302", min_size=1), min_size=1))
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
    ("typed", "position", "name"),
    [
        ("  E\u0301m1", 5, "ém1"),  # the accent apart: two characters typed, one in the name
        ("  Ém1", 4, "ém1"),
        ("maß1", 3, "mass1"),
        ("a \t  m1", 6, "a m1"),
        ("m\u0302", 1, "m\u0302"),
        ("Ze\u0301", 0, "zé"),
        ("aO\u0308m", 1, "aöm"),
    ],
)
def test_the_position_is_in_what_was_sent_and_the_name_is_normalised(
    typed: str, position: int, name: str
) -> None:
    with pytest.raises(UnknownCharacterError) as caught:
        Alphabet((" ", "a", "m", "s", "é")).spell(typed)
    assert caught.value.position == position
    assert caught.value.name == name


@given(*[st.text("aesEÉß' \t\u0301\u0308", max_size=10)] * 2)
def test_the_position_of_a_digit_is_where_it_was_typed(before: str, after: str) -> None:
    alphabet = Alphabet(tuple("aesáäéëś' \u0301\u0308"))
    with pytest.raises(UnknownCharacterError) as caught:
        alphabet.spell(f"{before}1{after}")
    assert caught.value.position == len(before)
    assert caught.value.name == normalise(f"{before}1{after}")


@pytest.mark.parametrize(
    "characters",
    [(), ("ab",), ("",), ("a", "a"), ("\n",), ("\x00",), tuple(map(chr, range(0x4E00, 0x4F00)))],
)
def test_bad_alphabets_are_refused(characters: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="alphabet"):
        Alphabet(characters)


@pytest.mark.parametrize(
    "character", ["A", "É", "ß", "ς", "ſ", "\u212b", "\u0344", "\u00a0", "\t", "\u3000", "\ud800"]
)
def test_an_alphabet_has_only_characters_of_normalised_names(character: str) -> None:
    with pytest.raises(ValueError, match="alphabet"):
        Alphabet(("a", character))


def test_a_space_an_accent_and_a_joiner_stand_within_names() -> None:
    assert Alphabet((" ", "'", "\u0302", "\u200c", "a")).encode("a\u0302 a'\u200ca")
