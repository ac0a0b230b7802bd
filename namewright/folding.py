"""Folding: a name that an alphabet cannot spell, written in letters that it has.

>>> fold("Nguyễn", Alphabet(tuple("abcdefghijklmnopqrstuvwxyz")))
'nguyen'

Characters that the alphabet lacks are romanised, each by itself, by anyascii's tables; and
apostrophes, hyphens, full stops and spaces are left out where the alphabet has none.
"""

import re
import unicodedata

from anyascii import anyascii

from namewright.alphabet import MAX_LENGTH, Alphabet, normalise, typed_position
from namewright.errors import EmptyNameError, LongNameError, UnknownCharacterError

OMITTED = frozenset("'-. ")
"""What stands between the letters of a name, and is left out where the alphabet has none."""

MARKS = frozenset({"Mn", "Mc", "Me", "Cf", "Lm"})
"""Kinds of characters of which nothing is left: accents, vowel signs, joiners, what stretches."""

ALEF = "\u0627"
"""The Arabic letter that anyascii writes as none: mostly it stands for a vowel."""


ABJAD = re.compile(
    "[\u0590-\u05ff\u0600-\u074f\u0750-\u077f\u08a0-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]"
)
"""A character of the Hebrew, Arabic or Syriac script, which leave most vowels out."""


def is_abjad(typed: str) -> bool:
    """Whether a name is written in a script without vowels: romanised, it looks like no other."""
    return ABJAD.search(typed) is not None


def romanise(character: str) -> str:
    """A character of a normalised name in ASCII, lower case: no letter, one, or several.

    The Arabic ain and its like are apostrophes, however anyascii turns them.
    """
    return anyascii(character).casefold().replace("`", "'")


def fold(typed: str, alphabet: Alphabet) -> str:
    """A name as it was typed, normalised, in characters of the alphabet.

    Raises UnscorableError where it cannot be: for a digit, say, its position in what was typed.
    """
    name = normalise(typed)
    known = set(alphabet.characters)
    written: list[str] = []
    for position, character in enumerate(name):
        letters = character if character in known else romanise(character)
        lost = not letters and character != ALEF and unicodedata.category(character) not in MARKS
        if lost or any(letter not in known and letter not in OMITTED for letter in letters):
            raise UnknownCharacterError(
                typed_position(typed, position), character, alphabet.characters, name
            )
        written += [letter for letter in letters if letter in known]
    folded = normalise("".join(written))
    if not folded:
        raise EmptyNameError
    if len(folded) > MAX_LENGTH:
        raise LongNameError(MAX_LENGTH)
    return folded
