"""The n-gram with interpolated modified Kneser-Ney smoothing: counts, and discounts.

Chen & Goodman, "An empirical study of smoothing techniques for language modeling" (1999),
section 4.1.2. In a context c, with a(x) the count of token x and D the three discounts of the
context's order,

    P(x | c)  =  (a(x) - D(a(x))) / sum a   +   (sum D(a) / sum a) * P(x | c without its oldest)

and the empty context is interpolated with 1 / vocab_size. In the lower orders a(x) is Kneser and
Ney's continuation count: how many different characters were seen before c x. A context that was
never seen predicts what its longest seen suffix does, so the automaton is exact.
`training/kneser_ney.py` counts.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import Alphabet
from namewright.architectures.layout import (
    MAX_CELLS,
    Hyperparameters,
    Layout,
    Tensors,
    check_cells,
    sizes,
)
from namewright.automaton import Automaton
from namewright.context_trie import link

DISCOUNTS = 3
"""For counts of one, of two, and of three or more."""


def layout(vocab_size: int, hyperparameters: Hyperparameters) -> Layout:
    """A trie of contexts in order of length, the sparse counts of each, and discounts per order."""
    order, states = sizes(hyperparameters, "order", "states", most=MAX_CELLS)
    check_cells("log_probs", states, vocab_size)
    check_cells("discounts", order, DISCOUNTS)
    return {
        "contexts.parent": ("int32", (states,)),
        "contexts.character": ("uint8", (states,)),
        "contexts.counted": ("uint8", (states,)),  # tokens that have a count, less one
        "counts.token": ("uint8", (None,)),
        "counts.count": ("int32", (None,)),
        "discounts": ("float64", (order, DISCOUNTS)),
    }


@np.errstate(divide="ignore")  # the logarithm of 0, which an Automaton refuses
def expand(alphabet: Alphabet, hyperparameters: Hyperparameters, tensors: Tensors) -> Automaton:
    """The state is the longest seen context that the past ends with."""
    vocab_size = alphabet.vocab_size
    links = link(tensors["contexts.parent"], tensors["contexts.character"], vocab_size)
    if links.depth[-1] >= hyperparameters["order"]:
        raise ValueError("a context should be shorter than the order")
    counted = tensors["contexts.counted"].astype(np.int32) + 1
    token, count = tensors["counts.token"], tensors["counts.count"]
    entries = int(counted.sum(dtype=np.int64))
    if not entries == len(token) == len(count):  # before anything of that length is made
        raise ValueError(f"tensors counts should have {entries} entries, as contexts.counted says")
    state = np.repeat(np.arange(len(counted), dtype=np.int32), counted)
    rises = (np.diff(state) > 0) | (token[1:] > token[:-1])
    if token.max() >= vocab_size or not rises.all() or count.min() < 1:
        raise ValueError("tensors counts should be of tokens that rise, each 1 or more")
    discount = tensors["discounts"][links.depth[state], np.minimum(count, DISCOUNTS) - 1]
    if not ((discount > 0) & (discount <= count)).all():
        raise ValueError("tensor discounts should be above 0, and no more than the counts")
    total = np.bincount(state, count)
    probabilities = np.zeros((len(total), vocab_size), dtype=np.float32)
    probabilities[state, token] = (count - discount) / total[state]
    backoff = np.bincount(state, discount) / total
    interpolate(probabilities, backoff, links.suffix, links.depth)
    # In float32 a logarithm has another last bit on each kind of processor, and that changes names.
    np.log(probabilities, out=probabilities, dtype=np.float64, casting="same_kind")
    return Automaton(alphabet, links.start, probabilities, links.transitions)


def interpolate(
    probabilities: NDArray[np.float32],
    backoff: NDArray[np.float64],
    suffix: NDArray[np.int32],
    depth: NDArray[np.int32],
) -> None:
    """Add to each context's row `backoff` times its suffix's row: in place, shortest first."""
    probabilities[0] += backoff[0] / probabilities.shape[1]
    bounds = np.searchsorted(depth, np.arange(int(depth[-1]) + 2))
    for first, last in pairwise(bounds[1:].tolist()):
        shared = probabilities[suffix[first:last]]
        shared *= backoff[first:last, None].astype(np.float32)
        probabilities[first:last] += shared
