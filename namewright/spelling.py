"""How the names of an alphabet are written: the bytes of each token, and those around a name.

So a walker writes names without making a text of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from namewright.alphabet import Alphabet
from namewright.formats import NAME, Format
from namewright.title_case import is_break, title


@dataclass(frozen=True, eq=False)
class Spelling:
    """The bytes of names, UTF-8.

    before, after   what stands around each name
    letters         [vocab_size] those of each token; none of the boundary
    capitals        [vocab_size] the same, at the beginning of a word
    breaks          [vocab_size] whether a word begins behind the token
    is_plain        whether each letter is written as it is, and nothing is quoted because of one
    """

    before: bytes
    after: bytes
    letters: tuple[bytes, ...]
    capitals: tuple[bytes, ...]
    breaks: tuple[bool, ...]
    is_plain: bool

    @classmethod
    def of(cls, alphabet: Alphabet, written: Format, case: str) -> "Spelling":
        """How a format has the names of an alphabet; `case` is one of `parameters.CASES`."""
        return spelling_of(alphabet.characters, written, case)

    def spell(self, tokens: Sequence[int]) -> bytes:
        """A name. As `title_case.title` where there are capitals."""
        begins, found = True, [self.before]
        for token in tokens:
            letter, capital = self.letters[token], self.capitals[token]
            found.append(capital if begins else letter)
            begins = self.breaks[token] or (begins and capital == letter)
        return b"".join([*found, self.after])


@lru_cache(maxsize=64)
def spelling_of(characters: tuple[str, ...], written: Format, case: str) -> Spelling:
    """As `Spelling.of`."""
    first, last = written.separators([NAME])
    capitals = tuple(title(character) if case == "title" else character for character in characters)
    mark = written.quote((*characters, *capitals))

    def spelt(texts: Sequence[str]) -> tuple[bytes, ...]:
        return b"", *(written.escape(text).encode() for text in texts)

    letters, capital_letters = spelt(characters), spelt(capitals)
    plain = "".join((*characters, *capitals)).encode()
    return Spelling(
        (first + mark).encode(),
        (mark + last).encode(),
        letters,
        capital_letters,
        (True, *(case == "title" and is_break(character) for character in characters)),
        mark == written.quote("") and b"".join(letters + capital_letters) == plain,
    )
