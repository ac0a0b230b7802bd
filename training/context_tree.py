"""All contexts of the prefixes of names, and what follows each of them.

The contexts of a prefix are its ends: the empty one, its last character, its last two, ..., the
whole of it with the boundary before. As `namewright/context_trie.py` has them, a context is its
parent, the context without its newest character, and that character; in order of length.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from training.prefixes import Prefixes

NONE = -1


class Level(NamedTuple):
    """The contexts of one length.

    parent       int64 [contexts]: without the newest character; 0 for the empty one
    character    int64 [contexts]: that character
    suffix       int64 [contexts]: without the oldest character; 0 for the empty one
    weight       float64 [contexts]: how often the context came
    following    float32 [contexts, tokens]: how often each token followed it
    """

    parent: NDArray[np.int64]
    character: NDArray[np.int64]
    suffix: NDArray[np.int64]
    weight: NDArray[np.float64]
    following: NDArray[np.float32]


class ContextTree(NamedTuple):
    """Contexts of all lengths, numbered from the empty one on.

    contexts    all the levels' together
    bounds      int64 [lengths + 1]: where the contexts of each length begin
    at          for each length, int32 [prefixes]: a prefix's context of it, or `NONE`
    """

    contexts: Level
    bounds: NDArray[np.int64]
    at: list[NDArray[np.int32]]

    def levels(self) -> list[slice]:
        """The contexts of each length, the boundary counted: of 0, 1, 2, ..."""
        return [slice(*bounds) for bounds in pairwise(self.bounds.tolist())]

    @property
    def size(self) -> int:
        """How many contexts there are."""
        return int(self.bounds[-1])


def grow(prefixes: Prefixes, longest: int, least: float = 0.0) -> ContextTree:
    """The contexts of at most `longest` characters that came at least `least` often."""
    tokens = prefixes.following.shape[1]
    nowhere = np.zeros(1, dtype=np.int64)
    at = [np.zeros(len(prefixes.last), dtype=np.int32)]
    levels = [Level(nowhere, nowhere, nowhere, *gather(prefixes, at[0], 1))]
    bounds = [0, 1]
    for depth in range(1, longest + 1):
        # The context of the prefix's own parent, one shorter, and then the prefix's last token.
        parents = at[-1][prefixes.parent].astype(np.int64)
        if depth > 1:
            parents[0] = NONE  # the boundary alone has no more than itself
        rows = np.flatnonzero(parents != NONE)
        keys, which = np.unique(parents[rows] * tokens + prefixes.last[rows], return_inverse=True)
        kept = np.bincount(which, prefixes.weight[rows]) >= least
        if not kept.any():
            break
        number = np.where(kept, np.cumsum(kept) - 1, NONE)
        here = np.full(len(prefixes.last), NONE, dtype=np.int32)
        here[rows] = number[which]
        there = here != NONE
        suffix = np.empty(int(kept.sum()), dtype=np.int64)
        suffix[here[there]] = at[-1][there]
        split = (keys[kept] // tokens, keys[kept] % tokens)
        levels.append(Level(*split, suffix, *gather(prefixes, here, len(suffix))))
        here[there] += bounds[-1]
        at.append(here)
        bounds.append(bounds[-1] + len(suffix))
    merged = Level(*(np.concatenate(part) for part in zip(*levels, strict=True)))
    return ContextTree(merged, np.array(bounds), at)


def gather(
    prefixes: Prefixes, context: NDArray[np.int32], size: int
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """The weight of each of `size` contexts, and of each token after it."""
    rows = np.flatnonzero(context != NONE)
    which, weight = context[rows], prefixes.weight[rows]
    following = np.empty((size, prefixes.following.shape[1]), dtype=np.float32)
    for token in range(following.shape[1]):
        following[:, token] = np.bincount(which, weight * prefixes.following[rows, token], size)
    return np.bincount(which, weight, size).astype(np.float64), following
