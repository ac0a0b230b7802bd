"""Contexts as states: which of them a character leads to.

A context is a string of past characters. A model keeps some contexts, and its state is the
longest of them that the past ends with. With the contexts in a trie, this is the automaton of
Aho & Corasick ("Efficient string matching", CACM 18, 1975). Where a state has a child for a
character, the next state is that child; where it has none, the next state is that of the state's
suffix, which is its longest proper suffix in the trie. So a state without children leads where
its suffix leads, and the two share a row.

Node 0 is the empty context. The boundary counts as a character, but only at the front of a
context, where it says that the name begins there. The past of a name is at most the boundary and
31 characters, so no context is longer; a chain of a million, which would take as many steps, is
refused.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import BOUNDARY, MAX_LENGTH

MAX_DEPTH = MAX_LENGTH + 1
"""The most characters of a context, its boundary among them."""


class Links(NamedTuple):
    """The automaton of a trie of `states` nodes.

    suffix            int32 [states]: the longest proper suffix that is a node; 0 for node 0
    depth             int32 [states]: how many characters the context has, with its boundary
    next_state        int32 [rows, vocab_size]: as in `Automaton`
    transition_row    int32 [states]: as in `Automaton`
    start             the node of the boundary alone
    """

    suffix: NDArray[np.int32]
    depth: NDArray[np.int32]
    next_state: NDArray[np.int32]
    transition_row: NDArray[np.int32]
    start: int


def link(parent: NDArray[np.int32], character: NDArray[np.uint8], vocab_size: int) -> Links:
    """The links of a trie whose nodes are in order of depth.

    parent       int32 [states]: the node of the context without its newest character; 0 for node 0
    character    uint8 [states]: the token of that newest character; 0 for node 0

    Raises ValueError if the two arrays are not such a trie.
    """
    states = len(parent)
    if not states or parent[0] != 0 or (parent[1:] >= np.arange(1, states)).any():
        raise ValueError("a context's parent should come before it")
    if parent.min() < 0 or character.max() >= vocab_size:
        raise ValueError("a context's parent or character does not exist")
    if ((character == BOUNDARY) & (parent != 0)).any():
        raise ValueError("the boundary stands only at the front of a context")
    edges = parent[1:].astype(np.int64) * vocab_size + character[1:]
    edges.sort(kind="stable")  # quick where they are in order already, as they mostly are
    if (np.diff(edges) == 0).any():
        raise ValueError("a context is there twice")
    depth = depths(parent)
    starts = np.flatnonzero((parent == 0) & (character == BOUNDARY) & (depth == 1))
    if len(starts) != 1 or (np.diff(depth) < 0).any():
        raise ValueError("contexts should be in order of length, the start among them")
    suffix = np.zeros(states, dtype=np.int32)
    has_children = np.zeros(states, dtype=bool)
    has_children[parent] = True
    has_children[0] = True
    transition_row = np.zeros(states, dtype=np.int32)
    transition_row[has_children] = np.arange(has_children.sum(), dtype=np.int32)
    next_state = np.zeros((int(has_children.sum()), vocab_size), dtype=np.int32)
    bounds = np.searchsorted(depth, np.arange(int(depth[-1]) + 2))
    for level in range(len(bounds) - 1):
        nodes = slice(bounds[level], bounds[level + 1])
        if level > 1:
            suffix[nodes] = next_state[transition_row[suffix[parent[nodes]]], character[nodes]]
        childless = np.arange(bounds[level], bounds[level + 1])[~has_children[nodes]]
        transition_row[childless] = transition_row[suffix[childless]]
        if level:
            rowed = np.arange(bounds[level], bounds[level + 1])[has_children[nodes]]
            rows_of_suffixes = transition_row.take(suffix.take(rowed))
            next_state[transition_row.take(rowed)] = next_state.take(rows_of_suffixes, axis=0)
        if level + 2 < len(bounds):
            children = slice(bounds[level + 1], bounds[level + 2])
            next_state[transition_row[parent[children]], character[children]] = np.arange(
                bounds[level + 1], bounds[level + 2]
            )
    return Links(suffix, depth, next_state, transition_row, int(starts[0]))


def depths(parent: NDArray[np.int32]) -> NDArray[np.int32]:
    """How far each node is from node 0, found by jumps to ever older ancestors.

    Raises ValueError as soon as one is farther than `MAX_DEPTH`.
    """
    depth = (np.arange(len(parent)) > 0).astype(np.int32)
    ancestor = parent
    while ancestor.any() and depth.max() <= MAX_DEPTH:
        depth += depth.take(ancestor)
        ancestor = ancestor.take(ancestor)
    if depth.max() > MAX_DEPTH:
        raise ValueError(f"a context is longer than {MAX_DEPTH} characters")
    return depth
