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
refused. Nodes of one length are in order of their parents, and then of their characters: so the
children of a node lie together.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import BOUNDARY, MAX_LENGTH
from namewright.transitions import (
    BITS,
    FALLBACK,
    FIRST,
    KNOWN,
    Transitions,
    columns,
    follow_rows,
)

MAX_DEPTH = MAX_LENGTH + 1
"""The most characters of a context, its boundary among them."""


class Links(NamedTuple):
    """The automaton of a trie of `states` nodes.

    suffix         int32 [states]: the longest proper suffix that is a node; 0 for node 0
    depth          int32 [states]: how many characters the context has, with its boundary
    transitions    a row for each node that has children, which are the tokens that it knows
    start          the node of the boundary alone
    """

    suffix: NDArray[np.int32]
    depth: NDArray[np.int32]
    transitions: Transitions
    start: int


def link(parent: NDArray[np.int32], character: NDArray[np.uint8], vocab_size: int) -> Links:
    """The links of a trie whose nodes are in order of depth, then of parent, then of character.

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
    if (np.diff(np.sort(edges, kind="stable")) == 0).any():
        raise ValueError("a context is there twice")
    depth = depths(parent)
    starts = np.flatnonzero((parent == 0) & (character == BOUNDARY) & (depth == 1))
    if len(starts) != 1 or (np.diff(depth) < 0).any():
        raise ValueError("contexts should be in order of length, the start among them")
    if (np.diff(edges) < 0).any():
        raise ValueError("contexts of one length should be in order of parent, then character")
    # The children of a node lie together, so the first of them and their characters tell them all.
    children = np.flatnonzero(np.diff(parent[1:], prepend=-1))
    parents = parent[1:][children]
    rows = np.zeros((len(parents), KNOWN + columns(vocab_size)), dtype=np.uint32)
    rows[:, FIRST] = children + 1
    bits = np.uint32(1) << (character[1:] % BITS).astype(np.uint32)
    for column in range(columns(vocab_size)):
        in_column = np.where(character[1:] // BITS == column, bits, np.uint32(0))
        rows[:, KNOWN + column] = np.bitwise_or.reduceat(in_column, children)
    suffix, row = np.zeros(states, dtype=np.int32), np.full(states, -1, dtype=np.int32)
    row[parents] = np.arange(len(parents), dtype=np.int32)
    for nodes in levels(depth):
        if depth[nodes.start] > 1:
            suffix[nodes] = follow_rows(rows, row[suffix[parent[nodes]]], character[nodes])
        of_suffix, own = row[suffix[nodes]], row[nodes]
        rows[own[own >= 0], FALLBACK] = of_suffix[own >= 0]
        row[nodes] = np.where(own >= 0, own, of_suffix)
    return Links(suffix, depth, Transitions(row, rows), int(starts[0]))


def levels(depth: NDArray[np.int32]) -> list[slice]:
    """The nodes of each depth."""
    bounds = np.searchsorted(depth, np.arange(int(depth[-1]) + 2)).tolist()
    return [slice(*each) for each in pairwise(bounds)]


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
