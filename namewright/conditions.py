"""What a name has to be like: filters on its characters as one automaton, and draws under it.

Attempts 0 to `FREE_ATTEMPTS` - 1 of a name are drawn from the model alone, and thrown away where
they fail a filter. Those after them are drawn under the condition. With W(q, c) the weight of token
c in the shaped row of state q, and d a state of the filters' automaton,

    B_t(q, d) = [d accepts, t >= min_length] W(q, end) + sum over c of W(q, c) B_t+1(q', d')

is the share of the model's continuations, of names with t characters so far, that pass; and the
row W(q, c) B_t+1(q', d') / B_t(q, d) draws one of those that do. Either way the law is the model's
own, of names that pass: so a common filter costs a few attempts, and one that a name in a billion
meets costs one pass over the states. Masking the characters that a filter forbids, as constrained
decoders do, bends the law: nothing then says that an ending has to be near before it comes.

Mohri, "Weighted automata algorithms", 2009; Pachet, arXiv 2605.07839; Zhang et al., "Ctrl-G", arXiv
2406.13892; Park et al., arXiv 2405.21047 (what masking does to the law).
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from namewright.alphabet import Alphabet
from namewright.dfa import Dfa, TooManyStatesError, complement, intersect, minimise
from namewright.errors import (
    BudgetError,
    ImpossibleError,
    ParameterError,
    UnknownCharacterError,
)
from namewright.parameters import FILTERS, Sampling
from namewright.pattern import Piece, anything, determinise, literal, parse, sequence

FREE_ATTEMPTS = 100
"""How many candidates are drawn freely, before those that are drawn under the condition."""


def expected_attempts(share: float) -> float:
    """How many candidates a name takes on average, where a share of the free ones passes."""
    if not share:
        return FREE_ATTEMPTS
    rare = (1 - share) ** FREE_ATTEMPTS
    return (1 - rare) / share + rare


MAX_PRODUCT = 2**18
"""The most pairs of a model's state and one of the filters'."""


class Sized(Protocol):
    """What takes memory."""

    @property
    def nbytes(self) -> int:
        """How much."""


class Kept:
    """What drawing under conditions needs, kept for the next request of them.

    limit    the most bytes, of all models together; what is larger is not kept
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.lock = Lock()
        self.found: OrderedDict[Any, Sized] = OrderedDict()
        self.total = 0

    def get(self, key: Any) -> Any:
        """What is kept for a key, or None; it is then the last to go."""
        with self.lock:
            if key in self.found:
                self.found.move_to_end(key)
            return self.found.get(key)

    def put(self, key: Any, made: Sized) -> None:
        """Keep something, in the place of what has been asked for least lately."""
        if made.nbytes > self.limit:
            return
        with self.lock:
            before = self.found.pop(key, None)
            self.total -= before.nbytes if before is not None else 0
            self.let_go(self.limit - made.nbytes)
            self.found[key] = made
            self.total += made.nbytes

    def make_room(self, nbytes: int) -> None:
        """Let go of what has been asked for least lately, until there is room for so much more.

        Where that is more than there is room for at all, of everything.
        """
        with self.lock:
            self.let_go(self.limit - nbytes)

    def let_go(self, most: int) -> None:
        """Keep no more than so many bytes."""
        while self.found and self.total > most:
            self.total -= self.found.popitem(last=False)[1].nbytes


class TooLarge:
    """In place of what would be too large to be kept."""

    nbytes = 0


KEPT = Kept(64 * 2**20)
TOO_LARGE = TooLarge()
BUILDING = Lock()
"""Held while one is made: it takes all of a core, and up to a hundred megabytes."""


@dataclass(frozen=True, eq=False)
class Condition:
    """The filters of a batch on the characters of its names.

    dfa           those names, of any length; it starts behind the prefix
    min_length    the fewest characters, those of the prefix among them
    max_length    the most
    """

    dfa: Dfa
    min_length: int
    max_length: int

    @classmethod
    def of(cls, sampling: Sampling, alphabet: Alphabet, reads: bool = True) -> "Condition | None":
        """The condition of a sampling; None where every candidate meets it.

        Raises ParameterError for a character that the alphabet lacks, and for filters that are too
        much together; PatternError; ImpossibleError where no name of any model meets it; and,
        unless it `reads`, BudgetError where it is not kept from an earlier request.
        """
        if not sampling.has_condition:
            return None
        key = sampling.condition_key, alphabet.characters
        found: Condition | None = KEPT.get(key)
        if found is None:
            if not reads and sampling.has_filters:
                raise BudgetError
            found = cls.made_of(sampling, alphabet)
            KEPT.put(key, found)
        return found

    @classmethod
    def made_of(cls, sampling: Sampling, alphabet: Alphabet) -> "Condition":
        """As `of`, where there is one; not kept."""
        given = [name for name in FILTERS if getattr(sampling, name)]
        prefix = sampling.prefix(alphabet)
        try:
            parts = [part for name in given for part in dfas_of(name, sampling, alphabet)]
            whole = parts or [determinise(anything(alphabet), alphabet)]
            dfa = minimise(intersect([begin(part, prefix) for part in whole]))
        except TooManyStatesError as error:
            what = given[0] if len(given) == 1 else " and ".join(given)
            raise ParameterError(
                given[0], f"{what} needs more than 1,000 states; ask for less at a time"
            ) from error
        condition = cls(dfa, sampling.min_length, sampling.max_length)
        if not condition.is_possible(len(prefix)):
            raise ImpossibleError
        return condition

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.dfa.next_state.nbytes + self.dfa.accepts.nbytes

    def is_met(self, state: int, length: int) -> bool:
        """Whether a name may end in a state of `dfa` with so many characters."""
        return length >= self.min_length and bool(self.dfa.accepts[state])

    def is_possible(self, length: int) -> bool:
        """Whether there is a name at all, any character being possible after any other."""
        reached = {0}
        for t in range(length, self.max_length + 1):
            if t >= self.min_length and any(self.dfa.accepts[state] for state in reached):
                return True
            onward = {int(to) for state in reached for to in self.dfa.next_state[state, 1:]}
            reached = {state for state in onward if self.dfa.alive[state]}
        return False


def dfas_of(name: str, sampling: Sampling, alphabet: Alphabet) -> Iterator[Dfa]:
    """The sets of names that a parameter asks for, all of them at once."""
    value = getattr(sampling, name)
    if name == "pattern":
        yield minimise(determinise(parse(value, alphabet), alphabet))
        return
    every = anything(alphabet)
    for text in [value] if isinstance(value, str) else value:
        wanted = literal(encode(name, text, alphabet))
        piece: Piece = sequence([every, wanted] if name == "ends_with" else [every, wanted, every])
        dfa = minimise(determinise(piece, alphabet))
        yield complement(dfa) if name == "excludes" else dfa


def encode(name: str, text: str, alphabet: Alphabet) -> list[int]:
    """The tokens of a filter's text. Raises ParameterError for a character that there is not."""
    try:
        return alphabet.encode(text)
    except UnknownCharacterError as error:
        raise ParameterError(name, str(error)) from error


def begin(dfa: Dfa, prefix: list[int]) -> Dfa:
    """The same, from behind a prefix on."""
    start = dfa.walk(prefix)
    if start == 0:
        return dfa
    order = [start, *range(1, dfa.states)]
    order[start] = 0  # the two change places
    renamed = dfa.next_state[order].copy()
    renamed[:, 1:] = [[order[to] for to in row] for row in renamed[:, 1:].tolist()]
    return Dfa(renamed, dfa.accepts[order].copy())
