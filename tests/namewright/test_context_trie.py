"""The automaton of contexts against its definition: the longest context that the past ends with."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from namewright.context_trie import MAX_DEPTH, Links, link

Contexts = list[tuple[int, ...]]
VOCAB_SIZE = 4


def trie(contexts: Contexts) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Parents and characters of contexts in order of length, the empty one first."""
    number = {context: at for at, context in enumerate(contexts)}
    parent = np.array([number[context[:-1]] for context in contexts], dtype=np.int32)
    character = np.array([context[-1] if context else 0 for context in contexts], dtype=np.uint8)
    return parent, character


def closed(seeds: list[list[int]]) -> Contexts:
    """Contexts, their prefixes, the single characters, and the start; in order of length."""
    found = {(), (0,), *((token,) for token in range(1, VOCAB_SIZE))}
    for seed in seeds:
        for length in range(1, len(seed) + 1):
            found |= {tuple(seed[:length]), (0, *seed[:length])}
    return sorted(found, key=lambda context: (len(context), context))


@given(
    st.lists(st.lists(st.integers(1, VOCAB_SIZE - 1), min_size=1, max_size=5), max_size=8),
    st.lists(st.integers(1, VOCAB_SIZE - 1), max_size=12),
)
def test_the_state_is_the_longest_context_that_the_past_ends_with(
    seeds: list[list[int]], name: list[int]
) -> None:
    contexts = closed(seeds)
    known = set(contexts)
    # A context's suffixes too: a state is only ever reached by way of them.
    for context in contexts:
        known |= {context[at:] for at in range(len(context) + 1)}
    contexts = sorted(known, key=lambda context: (len(context), context))
    links = link(*trie(contexts), VOCAB_SIZE)
    state, past = links.start, (0,)
    for token in name:
        state = links.transitions.follow(state, token)
        past = (*past, token)
        longest = next(past[at:] for at in range(len(past) + 1) if past[at:] in known)
        assert contexts[state] == longest
        assert links.depth[state] == len(longest)
        if longest:
            suffix = next(
                longest[at:] for at in range(1, len(longest) + 1) if longest[at:] in known
            )
            assert contexts[links.suffix[state]] == suffix


def test_states_that_lead_alike_share_a_row() -> None:
    links: Links = link(*trie([(), (0,), (1,), (2,), (3,), (1, 2)]), VOCAB_SIZE)
    assert len(links.transitions.rows) == 2
    assert links.transitions.row.tolist() == [0, 0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("parent", "character", "fault"),
    [
        ([], [], "before it"),
        ([1, 0], [0, 0], "before it"),
        ([0, 2, 0], [0, 0, 1], "before it"),
        ([0, -1], [0, 0], "does not exist"),
        ([0, 0], [0, 9], "does not exist"),
        ([0, 0, 1], [0, 0, 0], "front"),
        ([0, 0, 0], [0, 0, 0], "twice"),
        ([0, 0], [0, 1], "start among them"),
        ([0, 0, 1, 0], [0, 0, 1, 1], "order of length"),
        ([0, 0, 0, 0], [0, 0, 2, 1], "parent, then character"),
        ([0, 0, 0, 2, 1], [0, 0, 1, 1, 1], "parent, then character"),
    ],
)
def test_what_is_no_trie_is_refused(parent: list[int], character: list[int], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        link(np.array(parent, dtype=np.int32), np.array(character, dtype=np.uint8), VOCAB_SIZE)


def chain(nodes: int) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """The empty context, the start, and a, aa, aaa and so on: as few bytes a level as there are."""
    parent = np.zeros(nodes, dtype=np.int32)
    parent[3:] = np.arange(2, nodes - 1)
    character = np.ones(nodes, dtype=np.uint8)
    character[:2] = 0
    return parent, character


def test_a_context_as_long_as_the_longest_past_is_linked() -> None:
    parent, character = chain(MAX_DEPTH + 2)
    assert link(parent, character, VOCAB_SIZE).depth[-1] == MAX_DEPTH


@pytest.mark.parametrize("nodes", [MAX_DEPTH + 3, 2 * MAX_DEPTH + 2, 1000, 1_000_000])
def test_longer_contexts_are_refused_at_once(nodes: int) -> None:
    """A file of 1.4 MB with a chain of them took nine seconds to load."""
    parent, character = chain(nodes)
    began = time.process_time()
    with pytest.raises(ValueError, match="longer than 32 characters"):
        link(parent, character, VOCAB_SIZE)
    assert time.process_time() - began < 1
