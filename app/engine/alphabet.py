"""Text to tokens and back: token 0 is the boundary, token k is the k-th character.

>>> Alphabet.of(["emma", "ava"]).encode("eva")
[2, 4, 1]
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.engine.errors import EmptyNameError, LongNameError, UnknownCharacterError

BOUNDARY = 0
"""The token that stands before the first character of a name and after its last."""

MAX_LENGTH = 31
"""The most characters a name has: with its end, 32 predictions."""

MAX_CHARACTERS = 255
"""So that a token, the boundary included, fits a byte."""


def normalise(text: str) -> str:
    """The one spelling of a name: no space around it, case folded, NFC.

    Unicode's canonical caseless form (The Unicode Standard, section 3.13, D145): it folds
    the decomposed text, so that the result does not depend on how accents were typed.
    """
    if text.isascii():  # which is always NFC, and which `lower` folds
        return text.strip().lower()
    decomposed = unicodedata.normalize("NFD", text.strip())
    return unicodedata.normalize("NFC", decomposed.casefold()).strip()


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
        if len(set(self.characters)) != len(self.characters):
            raise ValueError("an alphabet's characters are all different")
        tokens = {character: token for token, character in enumerate(self.characters, start=1)}
        object.__setattr__(self, "_tokens", tokens)

    @classmethod
    def of(cls, names: Iterable[str]) -> "Alphabet":
        """The alphabet of some normalised names: their characters in code point order."""
        return cls(tuple(sorted(set().union(*names))))

    @property
    def tokens(self) -> int:
        """How many tokens there are: one a character, and the boundary."""
        return len(self.characters) + 1

    def encode(self, name: str) -> list[int]:
        """The tokens of a normalised name, without boundaries.

        Raises UnknownCharacterError at the first character the alphabet lacks.
        """
        try:
            return [self._tokens[character] for character in name]
        except KeyError as error:
            position = name.index(error.args[0])
            raise UnknownCharacterError(position, self.characters) from None

    def spell(self, name: str) -> tuple[str, list[int]]:
        """A name as it was typed, normalised, and its tokens.

        Raises UnscorableError if it cannot be a name of this alphabet.
        """
        name = normalise(name)
        if not name:
            raise EmptyNameError
        if len(name) > MAX_LENGTH:
            raise LongNameError(MAX_LENGTH)
        return name, self.encode(name)

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of tokens; none of them the boundary."""
        return "".join(self.characters[token - 1] for token in tokens)


def is_written(text: str) -> bool:
    """Whether all of it shows in print, or joins what does.

    The joiners, U+200C and U+200D, are part of how Persian and Indic names are spelt.
    """
    return text.replace("\u200c", "").replace("\u200d", "").isprintable()
