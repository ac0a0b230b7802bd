"""Sets of names as automata, against sets of names written out."""

from itertools import combinations, product
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from namewright.dfa import (
    MAX_STATES,
    Dfa,
    TooManyStatesError,
    complement,
    from_rows,
    intersect,
    minimise,
)

TOKENS = (1, 2)
NAMES = [name for length in range(9) for name in product(TOKENS, repeat=length)]
"""All names of up to eight characters: they tell any two automata of four states apart."""


@st.composite
def dfas(draw: st.DrawFn, most: int = 9) -> Dfa:
    """Some states at random; not all of them need be reached, nor be different."""
    states = draw(st.integers(1, most))
    to = st.integers(0, states - 1)
    rows = draw(st.lists(st.tuples(to, to), min_size=states, max_size=states))
    return from_rows(rows, draw(st.lists(st.booleans(), min_size=states, max_size=states)))


def names_of(dfa: Dfa) -> set[tuple[int, ...]]:
    """Those of `NAMES` that are in a set, each followed a character at a time."""
    return {name for name in NAMES if dfa.accepts_name(name)}


def chain(length: int) -> Dfa:
    """All names of exactly `length` characters, in length + 2 states."""
    rows = [(state + 1, state + 1) for state in range(length + 1)] + [(length + 1, length + 1)]
    return from_rows(rows, [state == length for state in range(length + 2)])


def counting(modulus: int) -> Dfa:
    """All names whose number of characters can be divided by `modulus`."""
    return from_rows(
        [((state + 1) % modulus,) * 2 for state in range(modulus)],
        [state == 0 for state in range(modulus)],
    )


def assert_minimal(dfa: Dfa) -> None:
    """Every state is come to, and of any two some ending is told apart by.

    Pairs are marked from those whose acceptance differs on, as on paper: not as `minimise` works.
    """
    reached, latest = {0}, {0}
    while latest:
        latest = {int(to) for state in latest for to in dfa.next_state[state, 1:]} - reached
        reached |= latest
    assert reached == set(range(dfa.states))
    pairs = list(combinations(range(dfa.states), 2))
    apart = {pair for pair in pairs if dfa.accepts[pair[0]] != dfa.accepts[pair[1]]}
    while True:
        more = {
            (a, b)
            for a, b in pairs
            if (a, b) not in apart
            and any(
                (min(onward), max(onward)) in apart
                for onward in zip(
                    dfa.next_state[a, 1:].tolist(), dfa.next_state[b, 1:].tolist(), strict=True
                )
            )
        }
        if not more:
            break
        apart |= more
    assert apart == set(pairs)


def assert_same(a: Dfa, b: Dfa) -> None:
    """The same states, with the same numbers."""
    np.testing.assert_array_equal(a.next_state, b.next_state)
    np.testing.assert_array_equal(a.accepts, b.accepts)


@given(dfas())
def test_a_minimal_automaton_has_the_same_names_and_no_two_states_alike(dfa: Dfa) -> None:
    minimal = minimise(dfa)
    assert names_of(minimal) == names_of(dfa)
    assert_minimal(minimal)


@given(dfas(), st.randoms())
def test_the_same_names_give_the_same_states_however_they_were_numbered(
    dfa: Dfa, random: Random
) -> None:
    """Every state twice, and in any order but for the first."""
    order = list(range(1, 2 * dfa.states))
    random.shuffle(order)
    number = {old: new for new, old in enumerate([0, *order])}
    rows, accepts = [[0, 0] for _ in number], [False] * len(number)
    for old, new in number.items():
        state, copy = old % dfa.states, old // dfa.states
        rows[new] = [
            number[int(to) + dfa.states * (copy ^ token)]
            for token, to in enumerate(dfa.next_state[state, 1:])
        ]
        accepts[new] = bool(dfa.accepts[state])
    assert_same(minimise(from_rows(rows, accepts)), minimise(dfa))


@given(dfas(4), dfas(4))
def test_minimal_automata_are_the_same_exactly_where_their_names_are(a: Dfa, b: Dfa) -> None:
    first, second = minimise(a), minimise(b)
    alike = first.states == second.states and bool(
        (first.next_state == second.next_state).all() and (first.accepts == second.accepts).all()
    )
    assert alike == (names_of(a) == names_of(b))


@given(dfas())
def test_a_complement_has_all_other_names(dfa: Dfa) -> None:
    assert names_of(complement(dfa)) == set(NAMES) - names_of(dfa)
    assert_same(minimise(complement(minimise(dfa))), minimise(complement(dfa)))


@given(st.lists(dfas(5), min_size=1, max_size=4))
def test_an_intersection_has_the_names_that_are_in_all(parts: list[Dfa]) -> None:
    assert names_of(intersect(parts)) == set.intersection(*map(names_of, parts))


@given(dfas())
def test_alive_are_the_states_that_some_ending_leads_on_from(dfa: Dfa) -> None:
    endings = [
        any(dfa.accepts[dfa.walk(name, state)] for name in NAMES) for state in range(dfa.states)
    ]
    assert dfa.alive.tolist() == endings


def test_an_automaton_is_read_only() -> None:
    dfa = chain(3)
    for array in (dfa.next_state, dfa.accepts, dfa.alive):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_an_intersection_of_too_many_states_is_an_error_at_the_bound() -> None:
    assert MAX_STATES == 1000
    assert intersect([counting(8), counting(125)]).states == 1000  # just as many as there may be
    with pytest.raises(TooManyStatesError):
        intersect([counting(7), counting(143)])  # 1,001
    with pytest.raises(TooManyStatesError):
        intersect([counting(prime) for prime in (2, 3, 5, 7, 11, 13, 17, 19)] * 2)  # 9,699,690
