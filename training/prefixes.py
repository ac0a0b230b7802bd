"""The prefixes of names, each with how often each token comes next: from data, or a teacher.

From a list of names they are counted. From a teacher they are drawn, as many as `names` names
would show: a prefix that so many names would be expected to have once or more is included, with
that expectation as its weight; a rarer one is included with that expectation as its probability,
and the weight of one name. So every weight is right on average, the common prefixes are exact, and
the teacher is asked about each prefix once, where names drawn one by one would repeat most.

How many prefixes that makes depends on the teacher: one that has learned little may never end a
name, nor begin two alike. So their number is bounded, and where the names asked for would show
more, fewer names are drawn.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import BOUNDARY, MAX_LENGTH, Alphabet
from training.teacher import Predictor

AT_ONCE = 4096
ROOM = 2**31
"""Bytes that the prefixes may take; to compile them takes three times as much at the most."""
APIECE = 128
"""Bytes of a prefix beside its `following`: its numbers here, and its contexts of each length."""
FIRST = 10_000
"""Names that are drawn first; their prefixes always fit."""
OnProgress = Callable[[float], None]
"""Told the share that is done, 0 to 1."""


class Prefixes(NamedTuple):
    """A trie of the prefixes of names; the first is the boundary alone.

    parent       int64 [prefixes]: the prefix without its last token; -1 for the first
    last         int64 [prefixes]: that token
    depth        int64 [prefixes]: characters
    weight       float64 [prefixes]: how often it came
    following    float32 [prefixes, tokens]: of that, the share each next token has
    """

    parent: NDArray[np.int64]
    last: NDArray[np.int64]
    depth: NDArray[np.int64]
    weight: NDArray[np.float64]
    following: NDArray[np.float32]


def count_prefixes(names: Sequence[str], alphabet: Alphabet) -> Prefixes:
    """Those of a list of names."""
    ids: dict[tuple[int, int], int] = {}
    parent, last, depth = [-1], [BOUNDARY], [0]
    cells: list[tuple[int, int]] = []
    times: list[int] = []
    for name, repeats in Counter(names).items():
        times += [repeats] * (len(name) + 1)
        at = 0
        for token in alphabet.encode(name):
            cells.append((at, token))
            if (at, token) not in ids:
                ids[at, token] = len(parent)
                parent.append(at)
                last.append(token)
                depth.append(depth[at] + 1)
            at = ids[at, token]
        cells.append((at, BOUNDARY))
    counts = np.zeros((len(parent), alphabet.vocab_size))
    np.add.at(counts, tuple(np.array(cells).T), times)
    weight = counts.sum(axis=1)
    following = (counts / weight[:, None]).astype(np.float32)
    return Prefixes(np.array(parent), np.array(last), np.array(depth), weight, following)


def draw_prefixes(
    teacher: Predictor, names: int, seed: int, on_progress: OnProgress = lambda done: None
) -> Prefixes:
    """Those of `names` of a teacher's names, or of as many as there is `ROOM` for.

    How many names it were is the weight of the first prefix.
    """
    fits = ROOM // (APIECE + 4 * teacher.alphabet.vocab_size)
    some = min(names, FIRST)
    while True:
        drawn = draw(teacher, some, seed, lambda ended: on_progress(min(1.0, ended / names)))
        # Of twice the names there are at most twice the prefixes: so many are sure to fit.
        most = some * fits // len(drawn.last)
        if some == names or most < min(names, 1.2 * some):
            return drawn
        del drawn  # there is no room for both
        some = min(names, most)


def draw(teacher: Predictor, names: int, seed: int, on_ended: Callable[[float], None]) -> Prefixes:
    """Those of `names` of a teacher's names; tells how many of the names have ended so far."""
    rng = np.random.default_rng(seed)
    found: list[tuple[NDArray[Any], ...]] = []
    count, ended = 0, 0.0
    waiting: list[tuple[Callable[[], Any], NDArray[Any], NDArray[Any], NDArray[Any], int]] = [
        (lambda: None, np.array([-1]), np.array([BOUNDARY]), np.array([float(names)]), 0)
    ]
    while waiting:
        memory, parent, last, weight, depth = waiting.pop()
        following, remember = teacher.advance(memory(), last)
        found.append((parent, last, np.full(len(last), depth), weight, following))
        expected = weight[:, None] * following
        ended += float(expected[:, BOUNDARY].sum())
        expected[:, BOUNDARY] = 0
        rows, tokens = np.nonzero(rng.random(expected.shape) < expected)
        if depth < MAX_LENGTH:
            # The last are taken up first, and so few are ever waiting.
            for first in range(0, len(rows), AT_ONCE):
                some = slice(first, first + AT_ONCE)
                weights = np.maximum(expected[rows[some], tokens[some]], 1.0)
                memory = partial(remember, rows[some])
                waiting.append((memory, rows[some] + count, tokens[some], weights, depth + 1))
        count += len(last)
        on_ended(ended)
    return Prefixes(*(np.concatenate(part) for part in zip(*found, strict=True)))
