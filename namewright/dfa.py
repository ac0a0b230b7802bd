"""Sets of names as deterministic finite automata, over the tokens of an alphabet.

>>> lyn = Pattern.of("lyn", alphabet)                     # see `pattern.py`
>>> dfa = minimise(intersect([determinise(ends_with(lyn)), complement(determinise(...))]))
>>> dfa.accepts_name(alphabet.encode("evelyn"))

A pattern is first a machine that is in several positions at a time (Glushkov, "The abstract theory
of automata", 1961); a set of positions is one state here (Rabin & Scott, 1959). Every step of it is
bounded by `MAX_STATES`, so that no pattern takes more than milliseconds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

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
        while True:
            more = alive | alive[self.next_state[:, 1:]].any(axis=1)
            if (more == alive).all():
                alive.flags.writeable = False
                return alive
            alive = more


def from_rows(rows: Sequence[Sequence[int]], accepts: Sequence[bool]) -> Dfa:
    """An automaton from its rows, those of tokens 1 and up."""
    next_state = np.zeros((len(rows), len(rows[0]) + 1), dtype=np.int32)
    next_state[:, 1:] = rows
    return Dfa(next_state, np.array(accepts, dtype=np.bool_))


def complement(dfa: Dfa) -> Dfa:
    """All other names."""
    return Dfa(dfa.next_state, ~dfa.accepts)


def intersect(dfas: Sequence[Dfa]) -> Dfa:
    """The names that are in all of some sets. Raises TooManyStatesError."""
    if len(dfas) == 1:
        return dfas[0]
    rows, ends = [dfa.next_state[:, 1:].tolist() for dfa in dfas], [dfa.accepts for dfa in dfas]
    start = (0,) * len(dfas)
    number, listed = {start: 0}, [start]
    found: list[list[int]] = []
    for states in listed:  # which grows
        row = []
        for together in zip(*(rows[i][state] for i, state in enumerate(states)), strict=True):
            if together not in number:
                if len(listed) == MAX_STATES:
                    raise TooManyStatesError
                number[together] = len(listed)
                listed.append(together)
            row.append(number[together])
        found.append(row)
    return from_rows(found, [all(map(lambda e, s: e[s], ends, each)) for each in listed])


def minimise(dfa: Dfa) -> Dfa:
    """The automaton of the same names with the fewest states, numbered as they are come to.

    States are told apart by whether they accept, then by where they lead (Moore, "Gedanken-
    experiments on sequential machines", 1956), until nothing more is told apart.
    """
    columns = np.unique(dfa.next_state[:, 1:], axis=1)  # most characters lead as others do
    first, classes = np.unique(dfa.accepts, return_index=True, return_inverse=True)[1:]
    while True:
        told = classes.astype(np.int64)
        for column in columns.T:  # a column at a time: each pair of classes is a class again
            told = told * dfa.states + classes[column]
            told = np.unique(told, return_inverse=True)[1]
        more = np.unique(told, return_index=True)[1]
        if len(more) == len(first):
            break
        first, classes = more, told
    rows = classes[dfa.next_state[first][:, 1:]].tolist()
    listed = [int(classes[0])]
    number = {listed[0]: 0}
    for each in listed:  # which grows
        for onward in rows[each]:
            if onward not in number:
                number[onward] = len(listed)
                listed.append(onward)
    accepts = dfa.accepts[first]
    return from_rows(
        [[number[onward] for onward in rows[each]] for each in listed],
        [bool(accepts[each]) for each in listed],
    )
