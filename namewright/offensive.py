"""Which names are refused because of an offensive word: the shipped list, and an operator's own.

>>> shipped().refuses("shit"), shipped().refuses("yamashita"), shipped().refuses("mcfuckley")
(True, False, True)

A list is UTF-8 text, one entry per line, its case folded as that of names is:

    # a comment
    =word     refuses a name that is this word, or has it as a word of its own
    word      refuses a name that has it anywhere; three letters or fewer, as =word
    +name     is not refused, whatever is in it

Apostrophes and full stops are left out of names. The words of a name stand between spaces and
hyphens; words with hyphens alone between them are one word too, and so is a whole name: `f-u-c-k`
and `fu ck` are refused as `fuck` is. What is inside of a word is looked for between spaces alone:
`Matt Watson` has no bad word in it.

Nothing is read until it is asked for.
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import MAX_LENGTH, is_written, normalise
from namewright.errors import LongNameError, SettingError
from namewright.folding import romanise
from namewright.setting_file import read_setting_file

VARIABLE = "NAMEWRIGHT_OFFENSIVE_WORDS_FILE"

MAX_BYTES = 1 << 20
MAX_LINES = 10_000
SHORTEST = 2

MIX = 0x9E3779B97F4A7C15
"""What the letters of a word are multiplied by for a hash: 2^64 over the golden ratio, which is odd
(Knuth, The Art of Computer Programming 3, section 6.4)."""

SHORT = 3
"""The most letters of a word that matches whole names only: such stand in thousands of names."""

LEFT_OUT = re.compile("['\u2018\u2019\u02bc.]")
"""Apostrophes and full stops: they stand within a word."""

HYPHENS = re.compile("[\u2010-\u2015-]")


@dataclass(frozen=True, eq=False)
class OffensiveWords:
    """What a name may not have in it.

    whole      words that a word of a name may not be, nor the name without what parts it
    anywhere   words that may not stand in a word of a name, A to Z
    kept       words of names, or names, that are not refused, whatever is in them
    digest     the SHA-256 of the operator's file, in hexadecimal; empty for the shipped list alone

    Raises ValueError for a word that is too short to match anywhere.
    """

    whole: frozenset[str]
    anywhere: tuple[str, ...]
    kept: frozenset[str] = frozenset()
    digest: str = ""
    _by_head: dict[str, list[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if any(len(word) <= SHORT for word in self.anywhere):
            raise ValueError(f"a word that matches anywhere has more than {SHORT} letters")
        # By its first letters: to look each word up in a name takes twenty times as long.
        by_head: dict[str, list[str]] = {}
        for word in self.anywhere:
            by_head.setdefault(word[: SHORT + 1], []).append(word)
        object.__setattr__(self, "_by_head", by_head)

    def refuses(self, name: str) -> bool:
        """Whether a normalised name has an offensive word, as it is or in plain letters."""
        if self._has_word(name):
            return True
        return not name.isascii() and self._has_word(without_accents(name))

    def _has_word(self, name: str) -> bool:
        if name.isalpha():  # most names, and the quickest way
            return name not in self.kept and (name in self.whole or self._is_inside(name))
        words = [HYPHENS.split(word) for word in LEFT_OUT.sub("", name).split()]
        joined = "".join(map("".join, words))
        if joined in self.kept:
            return False
        if joined in self.whole or joined in self._by_head.get(joined[: SHORT + 1], ()):
            return True
        for parts in words:
            word = "".join(parts)
            if word in self.kept:
                continue
            others = [part for part in parts if part not in self.kept]
            if word in self.whole or not self.whole.isdisjoint(others):
                return True
            if self._is_inside("".join(others)):
                return True
        return False

    def _is_inside(self, word: str) -> bool:
        """Whether a word that matches anywhere is in this one."""
        for start in range(len(word) - SHORT):
            for bad in self._by_head.get(word[start : start + SHORT + 1], ()):
                if word.startswith(bad, start):
                    return True
        return False

    @cached_property
    def heads(self) -> NDArray[np.uint8]:
        """Which names have to be looked at: uint8 [3, 2^17], three sets of 2^20 bits.

        The first has the first four letters of each word that matches anywhere, five bits a letter;
        the second a hash of its first six letters, or of all where it has fewer; the third two
        hashes of each whole word. A hash is 20 bits of the number that the letters are, times
        `MIX`: those from bit 44 on, or from bit 24 on. A name of which every character is a to z is
        not refused if the third does not have both of its hashes, and wherever four letters of it
        are in the first, the second has neither their hash nor that of the five or six letters from
        there on. One name in fifty has such four letters, one in ten thousand such six.
        """
        heads = np.zeros((3, 2**17), dtype=np.uint8)
        for row, entries, most, mix, shifts in (
            (0, self.anywhere, SHORT + 1, 1, [0]),
            (1, self.anywhere, SHORT + 3, MIX, [44]),
            (2, tuple(self.whole), MAX_LENGTH, MIX, [44, 24]),
        ):
            # The code points of each word, [words, most], 0 behind its end; all words at a time.
            letters = np.array(entries, f"=U{most}").view(np.uint32).reshape(-1, most)
            packed = np.zeros(len(entries), np.uint64)
            for letter in letters.T:
                packed = np.where(letter, packed << 5 | letter & 31, packed)
            for shift in shifts:
                places = packed * np.uint64(mix) >> shift & 0xFFFFF
                np.bitwise_or.at(heads[row], places >> 3, 1 << (places & 7).astype(np.uint8))
        heads.flags.writeable = False
        return heads

    def with_own(self, own: "OffensiveWords") -> "OffensiveWords":
        """These and an operator's, who may refuse what these keep, and keep what these refuse."""
        refused = own.whole | set(own.anywhere)
        return OffensiveWords(
            whole=self.whole | own.whole,
            anywhere=tuple(sorted({*self.anywhere, *own.anywhere})),
            kept=(self.kept - refused) | own.kept,
            digest=own.digest,
        )


def letters_of(name: str) -> str:
    """A normalised name without what stands between its letters."""
    return HYPHENS.sub("", LEFT_OUT.sub("", name)).replace(" ", "")


def without_accents(name: str) -> str:
    """A name in plain letters, as far as it can be, single spaces within it and none around it."""
    plain = "".join(c if c.isascii() else romanise(c) for c in unicodedata.normalize("NFD", name))
    return " ".join(plain.split())


def words() -> OffensiveWords:
    """Those that `safe` leaves out: the shipped ones, and those of the environment's file.

    The environment is read when they are first asked for, and again by `use(read_words())`. Raises
    SettingError.
    """
    return IN_USE[0] if IN_USE else use(read_words())


def read_words() -> OffensiveWords:
    """What the environment says now, read anew, and not in use yet. Raises SettingError."""
    path = os.environ.get(VARIABLE)
    return read_offensive(Path(path)) if path else shipped()


def use(found: OffensiveWords) -> OffensiveWords:
    """Leave out these words from now on."""
    IN_USE[:] = [found]
    return found


IN_USE: list[OffensiveWords] = []
"""What is in use; empty until it is asked for."""


@cache
def shipped() -> OffensiveWords:
    """The list that comes with the library: its head says where the words are from."""
    return parse(files("namewright").joinpath("words", "offensive.txt").read_bytes())


def read_offensive(path: Path) -> OffensiveWords:
    """The shipped list and an operator's file, whose digest it has.

    Raises SettingError with the number of the line, and never with what is in it.
    """
    content = read_setting_file(VARIABLE, path, MAX_BYTES)
    try:
        own = parse(content, digest=sha256(content).hexdigest())
    except ValueError as error:
        raise SettingError(VARIABLE, f"names a file, {path}, {error}") from None
    return shipped().with_own(own)


def parse(content: bytes, digest: str = "") -> OffensiveWords:
    """The words of a list. Raises ValueError for the first line that is none."""
    whole, anywhere, kept = set(), set(), set()
    for mark, word in entries(content):
        if mark == "+":
            kept.add(word)
        elif mark == "=" or len(word) <= SHORT:
            whole.add(word)
        else:
            anywhere.add(word)
    return OffensiveWords(frozenset(whole), tuple(sorted(anywhere)), frozenset(kept), digest)


def entries(content: bytes) -> Iterator[tuple[str, str]]:
    """The mark, or none, and the word of each line. Raises ValueError, which says which line."""
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    if len(lines) > MAX_LINES:
        raise ValueError(f"that has more than {MAX_LINES:,} lines")
    for number, line in enumerate(lines, 1):
        try:
            text = line.decode().strip()
        except UnicodeDecodeError:
            raise ValueError(f"whose line {number} is not UTF-8") from None
        if not text or text.startswith("#"):
            continue
        mark = text[0] if text[0] in "=+" else ""
        word = text[len(mark) :].lower()
        if not (word.isascii() and word.isalpha()):  # as few are not
            word = looked_at(word)
        if not SHORTEST <= len(word) <= MAX_LENGTH or not is_written(word):
            raise ValueError(
                f"whose line {number} is not a word of {SHORTEST} to {MAX_LENGTH} characters"
            )
        yield mark, word


def looked_at(word: str) -> str:
    """A word as names are looked at: without what stands between its letters; or nothing."""
    try:
        return letters_of(normalise(word))
    except LongNameError:
        return ""
