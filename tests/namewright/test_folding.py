import pytest
from hypothesis import given
from hypothesis import strategies as st

from namewright.alphabet import MAX_LENGTH, Alphabet
from namewright.errors import (
    EmptyNameError,
    LongNameError,
    UnknownCharacterError,
    UnscorableError,
)
from namewright.folding import fold, is_abjad

LETTERS = "abcdefghijklmnopqrstuvwxyz"
PLAIN = Alphabet(tuple(LETTERS))
WORLD = Alphabet(tuple(" '-" + LETTERS))
FRENCH = Alphabet(tuple(sorted(LETTERS + "éèç")))


@pytest.mark.parametrize(
    ("typed", "plain", "world"),
    [
        ("Nguyễn", "nguyen", "nguyen"),
        ("O'Connor", "oconnor", "o'connor"),
        ("O’Connor", "oconnor", "o'connor"),
        ("Jean-Luc", "jeanluc", "jean-luc"),
        ("Mary  Ann", "maryann", "mary ann"),
        ("St. John", "stjohn", "st john"),
        ("李", "li", "li"),
        ("Войцех", "voytsekh", "voytsekh"),
        ("Θεόδωρος", "theodoros", "theodoros"),
        ("Zoe\u0308", "zoe", "zoe"),
        ("İpek", "ipek", "ipek"),
        ("Groß", "gross", "gross"),
        ("عمر", "mr", "'mr"),
    ],
)
def test_names_of_the_world(typed: str, plain: str, world: str) -> None:
    assert fold(typed, PLAIN) == plain
    assert fold(typed, WORLD) == world


def test_what_the_alphabet_has_stays_as_it_is() -> None:
    assert fold("Hélène Ñ", FRENCH) == "hélènen"


@pytest.mark.parametrize(
    ("typed", "position"),
    [
        ("e1", 1),
        ("  e1", 3),
        ("ann@x", 3),
        ("n\u00f15", 2),
        ("e\u0301\u0302 😀", 4),
        ("a\ud800", 1),
    ],
)
def test_what_is_no_letter_is_an_error_at_its_position(typed: str, position: int) -> None:
    with pytest.raises(UnknownCharacterError) as caught:
        fold(typed, PLAIN)
    assert caught.value.position == position


def test_nothing_left_and_too_much() -> None:
    with pytest.raises(EmptyNameError):
        fold("'-'", PLAIN)
    with pytest.raises(LongNameError):
        fold("щ" * 20, PLAIN)


@given(st.text(max_size=40))
def test_what_is_folded_is_spelt_by_the_alphabet_or_has_no_score(typed: str) -> None:
    for alphabet in (PLAIN, WORLD):
        try:
            folded = fold(typed, alphabet)
        except UnscorableError:
            continue
        assert 0 < len(folded) <= MAX_LENGTH
        assert alphabet.spell(folded)[0] == folded
        assert fold(folded, alphabet) == folded


@pytest.mark.parametrize("typed", ["محمد", "דוד", "ܕܘܝܕ", "Ali محمد", "ﷴ"])
def test_names_in_scripts_without_vowels(typed: str) -> None:
    assert is_abjad(typed)


@pytest.mark.parametrize("typed", ["david", "Давид", "Δαβίδ", "デビッド", "दाविद", "דוד"[:0], "李"])
def test_names_in_other_scripts(typed: str) -> None:
    assert not is_abjad(typed)
