"""Text to tokens and back: token 0 is the boundary, token k is the k-th character.

>>> Alphabet.of(["emma", "ava"]).encode("eva")
[2, 4, 1]
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from namewright.errors import EmptyNameError, LongNameError, UnknownCharacterError

BOUNDARY = 0
"""The token that stands before the first character of a name and after its last."""

MAX_LENGTH = 31
"""The most characters a name has: with its end, 32 predictions."""

MAX_TYPED = 256
"""The most characters of a name as it was typed: with space around it, and accents apart."""

MAX_CHARACTERS = 255
"""So that a token, the boundary included, fits a byte."""


def normalise(text: str) -> str:
    """The one spelling of a name: case folded, NFC, single spaces within it and none around it.

    Unicode's canonical caseless form (The Unicode Standard, section 3.13, D145): it folds
    the decomposed text, so that the result does not depend on how accents were typed.

    Raises LongNameError for more than `MAX_TYPED` characters, before anything else is done: the
    time that NFC takes grows with the square of a run of combining marks.
    """
    if len(text) > MAX_TYPED:
        raise LongNameError(MAX_LENGTH)
    if text.isascii() and text.isalpha():  # most names, and the quickest way
        return text.lower()
    if not text.isascii():  # which is always NFC, and which `lower` folds
        decomposed = unicodedata.normalize("NFD", text)
        text = unicodedata.normalize("NFC", decomposed.casefold())
    return " ".join(text.split()).lower() if text.isascii() else " ".join(text.split())


@dataclass(frozen=True)
class Alphabet:
    """The characters a model knows, in token order.

    Raises ValueError if they are none, too many, repeated, not single characters, or not
    to be found in a normalised name.
    """

    characters: tuple[str, ...]
    _tokens: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.characters) <= MAX_CHARACTERS:
            raise ValueError(
                f"an alphabet has 1 to {MAX_CHARACTERS} characters, not {len(self.characters)}"
            )
        for character in self.characters:
            if len(character) != 1 or not is_written(character):
                raise ValueError("an alphabet's entries are single printable characters")
            # Between two letters that join nothing: a space or an accent stands within a name.
            if normalise(f"q{character}q") != f"q{character}q":
                raise ValueError("an alphabet's characters are as they are in normalised names")
        if len(set(self.characters)) != len(self.characters):
            raise ValueError("an alphabet's characters are all different")
        tokens = {character: token for token, character in enumerate(self.characters, start=1)}
        object.__setattr__(self, "_tokens", tokens)

    @cached_property
    def is_closed(self) -> bool:
        """Whether every string over it is a normalised name, so that none has to be checked."""
        return " " not in self.characters and "".join(self.characters).isascii()

    @classmethod
    def of(cls, names: Iterable[str]) -> "Alphabet":
        """The alphabet of some normalised names: their characters in code point order."""
        return cls(tuple(sorted(set().union(*names))))

    @property
    def vocab_size(self) -> int:
        """How many tokens there are: one a character, and the boundary."""
        return len(self.characters) + 1

    def encode(self, name: str) -> list[int]:
        """The tokens of a normalised name, without boundaries.

        Raises UnknownCharacterError at the first character the alphabet lacks.
        """
        try:
            return [self._tokens[character] for character in name]
        except KeyError as error:
            [character] = error.args
            position = name.index(character)
            raise UnknownCharacterError(position, character, self.characters, name) from None

    def spell(self, typed: str) -> tuple[str, list[int]]:
        """A name as it was typed, normalised, and its tokens.

        Raises UnscorableError if it cannot be a name of this alphabet.
        """
        name = normalise(typed)
        if not name:
            raise EmptyNameError
        if len(name) > MAX_LENGTH:
            raise LongNameError(MAX_LENGTH)
        try:
            return name, self.encode(name)
        except UnknownCharacterError as error:
            position, character = typed_position(typed, error.position), error.character
            if normalise(typed[position]) == character:  # unless an accent stands apart
                character = typed[position]
            raise UnknownCharacterError(position, character, self.characters, name) from None

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of tokens; none of them the boundary."""
        return "".join(self.characters[token - 1] for token in tokens)


def typed_position(typed: str, position: int) -> int:
    """Where the character at a position of the normalised name is in what was typed."""

    def characters(last: int) -> int:
        """How many the normalised name has up to a typed one; a space at the end counts."""
        return len(normalise(typed[: last + 1] + "q")) - 1

    return bisect_right(range(len(typed) - 1), position, key=characters)


def is_written(text: str) -> bool:
    """Whether all of it shows in print, or joins what does.

    The joiners, U+200C and U+200D, are part of how Persian and Indic names are spelt.
    """
    return text.replace("\u200c", "").replace("\u200d", "").isprintable()
