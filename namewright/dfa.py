"""Sets of names as deterministic finite automata, over the tokens of an alphabet.

>>> lyn, x = [determinise(parse(text, alphabet), alphabet) for text in (".*lyn", ".*x.*")]
>>> dfa = minimise(intersect([lyn, complement(x)]))      # see `pattern.py`
>>> dfa.accepts_name(alphabet.encode("evelyn"))
True

A pattern is first a machine that is in several positions at a time (Glushkov, "The abstract theory
of automata", 1961); a set of positions is one state here (Rabin & Scott, 1959). Every step of it is
bounded by `MAX_STATES`, so that no pattern takes more than milliseconds.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

State = TypeVar("State", bound=Hashable)

MAX_STATES = 1_000
"""The most states of one, before and after it is made minimal."""


class TooManyStatesError(ValueError):
    """A set of names needs more than `MAX_STATES` states."""


@dataclass(frozen=True, eq=False)
class Dfa:
    """A complete automaton; it starts in state 0.

    next_state    int32 [states, vocab_size]: where a character leads; column 0 is not followed
    accepts       bool [states]: whether a name may end here
    """

    next_state: NDArray[np.int32]
    accepts: NDArray[np.bool_]

    def __post_init__(self) -> None:
        self.next_state.flags.writeable = self.accepts.flags.writeable = False

    @property
    def states(self) -> int:
        """How many there are."""
        return len(self.accepts)

    def walk(self, tokens: Iterable[int], state: int = 0) -> int:
        """The state that some characters lead to."""
        for token in tokens:
            state = int(self.next_state[state, token])
        return state

    def accepts_name(self, tokens: Iterable[int]) -> bool:
        """Whether a name is one of the set."""
        return bool(self.accepts[self.walk(tokens)])

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        """Bool [states]: whether some ending leads from here to a name of the set."""
        alive = self.accepts.copy()
        sources = sources_of(self)
        listed = np.flatnonzero(alive).tolist()
        for state in listed:  # which grows
            onto = [source for source in sources[state] if not alive[source]]
            alive[onto] = True
            listed += onto
        alive.flags.writeable = False
        return alive


def from_rows(rows: Sequence[Sequence[int]], accepts: Sequence[bool]) -> Dfa:
    """An automaton from its rows, those of tokens 1 and up."""
    next_state = np.zeros((len(rows), len(rows[0]) + 1), dtype=np.int32)
    next_state[:, 1:] = rows
    return Dfa(next_state, np.array(accepts, dtype=np.bool_))


def complement(dfa: Dfa) -> Dfa:
    """All other names."""
    return Dfa(dfa.next_state, ~dfa.accepts)


def explore(
    start: State, onward: Callable[[State], Iterable[State]]
) -> tuple[list[State], list[list[int]]]:
    """The states that are come to from a start, in that order, and a row of numbers for each.

    `onward` has where each token leads from a state, from token 1 up; the row, which number that
    has in the order. Raises TooManyStatesError.
    """
    number, listed = {start: 0}, [start]
    rows = []
    for state in listed:  # which grows
        row = []
        for to in onward(state):
            if to not in number:
                if len(listed) == MAX_STATES:
                    raise TooManyStatesError
                number[to] = len(listed)
                listed.append(to)
            row.append(number[to])
        rows.append(row)
    return listed, rows


def sources_of(dfa: Dfa) -> list[dict[int, int]]:
    """[states]: the states that lead to each, and by which tokens: a bit for each of these."""
    sources: list[dict[int, int]] = [{} for _ in range(dfa.states)]
    for state, row in enumerate(dfa.next_state[:, 1:].tolist()):
        for token, to in enumerate(row):
            sources[to][state] = sources[to].get(state, 0) | 1 << token
    return sources


def intersect(dfas: Sequence[Dfa]) -> Dfa:
    """The names that are in all of some sets. Raises TooManyStatesError."""
    if len(dfas) == 1:
        return dfas[0]
    tables = [dfa.next_state[:, 1:].tolist() for dfa in dfas]

    def onward(states: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
        rows = [table[state] for table, state in zip(tables, states, strict=True)]
        return zip(*rows, strict=True)

    listed, rows = explore((0,) * len(dfas), onward)
    ends = [
        all(dfa.accepts[state] for dfa, state in zip(dfas, states, strict=True))
        for states in listed
    ]
    return from_rows(rows, ends)


def minimise(dfa: Dfa) -> Dfa:
    """The automaton of the same names with the fewest states, numbered as they are come to."""
    table, classes = dfa.next_state[:, 1:].tolist(), classes_of(dfa)
    one_of = {number: state for state, number in enumerate(classes)}
    listed, rows = explore(classes[0], lambda number: [classes[to] for to in table[one_of[number]]])
    return from_rows(rows, [bool(dfa.accepts[one_of[number]]) for number in listed])


def classes_of(dfa: Dfa) -> list[int]:
    """[states]: the number of each one's class; two are in one where no ending tells them apart.

    At first they are told apart by whether they accept. A class then splits others: those of their
    states stay together that the same tokens lead into it. Of two halves the larger keeps its
    number, and the smaller has to split others in its turn: what leads to a state is looked at
    again only when its class is half as large as before, so log2(states) times at most (Hopcroft,
    "An n log n algorithm for minimizing states in a finite automaton", 1971).
    """
    sources = sources_of(dfa)
    classes = [int(accepts) for accepts in dfa.accepts]
    members = [{s for s in range(dfa.states) if classes[s] == number} for number in (0, 1)]
    waiting = [int(len(members[1]) < len(members[0]))]
    while waiting:
        tokens: dict[int, int] = {}
        for to in members[waiting.pop()]:
            for state, some in sources[to].items():
                tokens[state] = tokens.get(state, 0) | some
        together: dict[tuple[int, int], set[int]] = {}
        for state, some in tokens.items():
            together.setdefault((classes[state], some), set()).add(state)
        for part in together.values():
            number = classes[next(iter(part))]  # all of it are in one, which may be a new one
            rest = members[number]
            if len(part) < len(rest):
                rest -= part
                members[number], smaller = (part, rest) if len(part) > len(rest) else (rest, part)
                for state in smaller:
                    classes[state] = len(members)
                waiting.append(len(members))
                members.append(smaller)
    return classes
