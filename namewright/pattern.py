r"""Patterns: a safe subset of regular expressions, that match a whole name.

    lyn  .  [aeiou]  [a-m]  [^xyz]  (ab|cd)  x?  x*  x+  x{2}  x{2,4}  x{2,}

>>> determinise(parse("[^aeiou][aeiou](nn|ll)y", alphabet), alphabet.vocab_size).accepts_name(...)

A letter stands for itself, in either case; a backslash takes its meaning from a character that has
one. There is nothing that looks back or ahead, so a pattern is a finite automaton (`dfa.py`), and
what it costs is known before it is used: at most `MAX_TYPED` characters, `MAX_POSITIONS` letters
once its repetitions are written out, and `dfa.MAX_STATES` states.

A library of regular expressions was looked for: interegular and greenery build automata of any size
from a pattern, and stop for no bound.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce

from namewright.alphabet import MAX_LENGTH, MAX_TYPED, Alphabet, normalise
from namewright.dfa import Dfa, TooManyStatesError, explore, from_rows
from namewright.errors import PatternError

MAX_POSITIONS = 1_000
"""The most letters of a pattern, its repetitions written out."""
MAX_PIECES = 10_000
MAX_DEPTH = 32
"""The most brackets within each other."""
SPECIAL = ".[](){}|?*+\\^"
QUANTIFIERS = {"?": (0, 1), "*": (0, None), "+": (1, None)}


@dataclass
class Positions:
    """The letters of a pattern, each a bit of a number, and which may follow which.

    letters    [tokens]: the positions that a token fits
    follow     [positions]: the positions that may come after each
    pieces     how many pieces were put in place

    Bit 0 is where a name begins.
    """

    letters: list[int]
    follow: list[int] = field(default_factory=lambda: [0])
    pieces: int = 0

    def count(self) -> None:
        """One more piece is put in place. Raises TooManyStatesError for too many.

        Those that are empty have no positions, which would bound them.
        """
        self.pieces += 1
        if self.pieces > MAX_PIECES:
            raise TooManyStatesError


@dataclass(frozen=True)
class Fragment:
    """A piece of a pattern: whether it may be empty, and where it may begin and end."""

    empty: bool
    first: int
    last: int


Piece = Callable[[Positions], Fragment]
"""A piece that was read, to be put in a place: a repeated piece has several."""


def one_of(tokens: frozenset[int]) -> Piece:
    """A letter that is one of some tokens."""

    def place(positions: Positions) -> Fragment:
        at = len(positions.follow)
        if at > MAX_POSITIONS:
            raise TooManyStatesError
        positions.follow.append(0)
        for token in tokens:
            positions.letters[token] |= 1 << at
        return Fragment(False, 1 << at, 1 << at)

    return place


def sequence(pieces: list[Piece]) -> Piece:
    """One piece after the other."""

    def place(positions: Positions) -> Fragment:
        def join(before: Fragment, piece: Piece) -> Fragment:
            positions.count()
            after = piece(positions)
            connect(positions, before.last, after.first)
            return Fragment(
                before.empty and after.empty,
                before.first | (after.first if before.empty else 0),
                after.last | (before.last if after.empty else 0),
            )

        return reduce(join, pieces, Fragment(True, 0, 0))

    return place


def either(pieces: list[Piece]) -> Piece:
    """Any one of some pieces."""

    def place(positions: Positions) -> Fragment:
        placed = []
        for piece in pieces:
            positions.count()
            placed.append(piece(positions))
        return Fragment(
            any(each.empty for each in placed),
            reduce(int.__or__, (each.first for each in placed)),
            reduce(int.__or__, (each.last for each in placed)),
        )

    return place


def repeat(piece: Piece, least: int, most: int | None) -> Piece:
    """A piece `least` to `most` times; any number of times from `least` on, where there is none."""

    def maybe(positions: Positions) -> Fragment:
        placed = piece(positions)
        if most is None:
            connect(positions, placed.last, placed.first)
        return Fragment(True, placed.first, placed.last)

    return sequence([piece] * least + [maybe] * (1 if most is None else most - least))


def connect(positions: Positions, before: int, after: int) -> None:
    """Let some positions come after others."""
    while before:
        lowest = before & -before
        positions.follow[lowest.bit_length() - 1] |= after
        before ^= lowest


def anything(alphabet: Alphabet) -> Piece:
    """Any characters, or none."""
    return repeat(one_of(frozenset(range(1, alphabet.vocab_size))), 0, None)


def literal(tokens: list[int]) -> Piece:
    """Some characters."""
    return sequence([one_of(frozenset([token])) for token in tokens])


def determinise(piece: Piece, alphabet: Alphabet) -> Dfa:
    """The automaton of the names that a piece matches. Raises TooManyStatesError."""
    positions = Positions([0] * alphabet.vocab_size)
    whole = piece(positions)
    positions.follow[0] = whole.first
    ends = whole.last | whole.empty

    def onward(state: int) -> list[int]:
        reached = 0
        while state:
            lowest = state & -state
            reached |= positions.follow[lowest.bit_length() - 1]
            state ^= lowest
        return [reached & letters for letters in positions.letters[1:]]

    listed, rows = explore(1, onward)
    return from_rows(rows, [bool(state & ends) for state in listed])


def parse(text: str, alphabet: Alphabet) -> Piece:
    """What a pattern means. Raises PatternError, with the position of the fault."""
    if len(text) > MAX_TYPED:
        raise PatternError(MAX_TYPED, f"a pattern has at most {MAX_TYPED} characters")
    return Reader(text, alphabet).read()


class Reader:
    """Reads a pattern from left to right."""

    def __init__(self, text: str, alphabet: Alphabet) -> None:
        self.text, self.alphabet = text, alphabet
        self.tokens = {c: t for t, c in enumerate(alphabet.characters, start=1)}
        self.at = self.depth = 0

    def read(self) -> Piece:
        """All of it."""
        piece = self.alternatives()
        if self.at < len(self.text):
            raise PatternError(self.at, "there is no ( for this )")
        return piece

    def next(self) -> str:
        """The next character, which stays; empty at the end."""
        return self.text[self.at : self.at + 1]

    def take(self, character: str) -> bool:
        """Whether the next character is this one, which is then read."""
        taken = self.next() == character
        self.at += taken
        return taken

    def alternatives(self) -> Piece:
        """Pieces with | between them."""
        pieces = [self.pieces()]
        while self.take("|"):
            pieces.append(self.pieces())
        return either(pieces)

    def pieces(self) -> Piece:
        """Pieces one after the other."""
        found = []
        while self.next() not in ("", "|", ")"):
            found.append(self.repeated())
        return sequence(found)

    def repeated(self) -> Piece:
        """A piece, and how often it comes."""
        piece = self.single()
        if self.next() in QUANTIFIERS:
            least, most = QUANTIFIERS[self.next()]
            self.at += 1
        elif self.take("{"):
            least, most = self.counts()
        else:
            return piece
        if self.next() and self.next() in "?*+{":
            raise PatternError(self.at, "stands after another repetition; use brackets ( )")
        return repeat(piece, least, most)

    def counts(self) -> tuple[int, int | None]:
        """What stands in braces: m, or m,n, or m and a comma."""
        began = self.at
        end = self.text.find("}", began)
        least, comma, most = self.text[began : max(end, began)].partition(",")
        counts = [least, *([most] if most else [])]
        if end < 0 or not all(c.isascii() and c.isdigit() and len(c) <= 2 for c in counts):
            raise PatternError(began, "should be such as {2}, {2,4} or {2,}")
        self.at = end + 1
        low = int(least)
        high = (int(most) if most else None) if comma else low
        if max(low, high or 0) > MAX_LENGTH or (high is not None and high < low):
            raise PatternError(began, f"counts go from 0 to {MAX_LENGTH}, the smaller one first")
        return low, high

    def single(self) -> Piece:
        """A letter, a class, or what is in brackets."""
        if self.take("("):
            began = self.at - 1
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise PatternError(began, f"brackets stand at most {MAX_DEPTH} deep")
            piece = self.alternatives()
            self.depth -= 1
            if not self.take(")"):
                raise PatternError(began, "there is no ) for this (")
            return piece
        if self.take("."):
            return one_of(frozenset(range(1, self.alphabet.vocab_size)))
        if self.take("["):
            return one_of(self.group())
        if self.next() in QUANTIFIERS or self.next() == "{":
            raise PatternError(self.at, "there is nothing to repeat before it")
        if self.next() in SPECIAL and self.next() != "\\":
            raise PatternError(self.at, "has a meaning of its own; to match it, put \\ before it")
        return one_of(frozenset([self.tokens[self.letter()]]))

    def letter(self) -> str:
        """A character that stands for itself, as it is in normalised names."""
        escaped = self.take("\\")
        at, character = self.at, self.next()
        if not character:
            raise PatternError(at - 1, "a character should follow the backslash")
        if escaped and character.isalnum():
            raise PatternError(at - 1, "stands before a letter, where it means nothing here")
        self.at += 1
        folded = character if character in self.tokens else normalise(character)
        if folded not in self.tokens:
            known = "".join(self.alphabet.characters)
            raise PatternError(at, f"is not in the model's alphabet: {known}")
        return folded

    def group(self) -> frozenset[int]:
        """The tokens of a class, behind its bracket."""
        began = self.at - 1
        negated = self.take("^")
        found: set[int] = set()
        while self.next() not in ("", "]"):
            low = self.letter()
            if self.next() == "-" and self.text[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                at, high = self.at, self.letter()
                if high < low:
                    raise PatternError(at, "is before the first of its range")
                found |= {t for c, t in self.tokens.items() if low <= c <= high}
            else:
                found.add(self.tokens[low])
        if not self.take("]"):
            raise PatternError(began, "there is no ] for this [")
        if not found:
            raise PatternError(began, "there should be characters in this class")
        return frozenset(set(self.tokens.values()) - found if negated else found)
