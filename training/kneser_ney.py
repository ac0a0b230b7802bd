"""The n-gram by counting: modified Kneser-Ney (Chen & Goodman 1999, section 4.1.2).

What the counts and discounts come to is in `namewright/architectures/ngram.py`, which expands
them. Here they are counted: a context at full length, or one that begins where the name did,
has the counts of the data. A shorter one has continuation counts (Kneser & Ney 1995), for it is
asked only where the longer ones have not been seen: of each token, how many different characters
came before the context.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import BOUNDARY, Alphabet
from namewright.architectures import ngram as architecture
from namewright.architectures.layout import most_states
from training.automaton_teacher import AutomatonTeacher
from training.context_tree import ContextTree, grow
from training.data import Split
from training.evaluate import loss
from training.prefixes import OnProgress, count_prefixes

ORDERS = range(2, 9)
MAX_ORDER = 32
WORTH = 0.005
"""Nats a prediction that a higher order, with up to twice the contexts, has to be better by."""


def ngram(
    parts: Split, alphabet: Alphabet, order: int
) -> tuple[dict[str, int], dict[str, NDArray[Any]]]:
    """The hyperparameters and tensors of an n-gram of an order, from the training names.

    Raises ValueError if it has more contexts than a checkpoint can.
    """
    tree = grow(count_prefixes(parts.train, alphabet), order - 1)
    most = most_states(alphabet.vocab_size)
    if tree.size > most:
        raise ValueError(
            f"order {order} has {tree.size:,} contexts in these names, and a checkpoint can have "
            f"{most:,} over this alphabet; lower the order"
        )
    counts = adjusted_counts(tree, order)
    discounts = np.array([estimate_discounts(counts[level]) for level in tree.levels()])
    state, token = np.nonzero(counts)
    tensors: dict[str, NDArray[Any]] = {
        "contexts.parent": tree.contexts.parent.astype(np.int32),
        "contexts.character": tree.contexts.character.astype(np.uint8),
        "contexts.counted": (np.bincount(state) - 1).astype(np.uint8),
        "counts.token": token.astype(np.uint8),
        "counts.count": counts[state, token].astype(np.int32),
        "discounts": discounts,
    }
    return {"order": len(discounts), "states": len(counts)}, tensors


def adjusted_counts(tree: ContextTree, order: int) -> NDArray[np.int64]:
    """Counts [contexts, tokens]: of the data, or of the characters seen before."""
    contexts, levels = tree.contexts, tree.levels()
    counts = np.rint(contexts.following).astype(np.int64)
    of_data = np.zeros(tree.size, dtype=bool)
    for level in levels[1:]:
        begins = (contexts.parent[level] == 0) & (contexts.character[level] == BOUNDARY)
        of_data[level] = begins | of_data[contexts.parent[level]]
    of_data[levels[-1]] |= len(levels) == order
    continuation_counts = np.zeros_like(counts)
    np.add.at(continuation_counts, contexts.suffix[1:], (counts[1:] > 0).astype(np.int64))
    return np.where(of_data[:, None], counts, continuation_counts)


def estimate_discounts(counts: NDArray[np.int64]) -> list[float]:
    """D1, D2 and D3+ of one length of context, from how many counts are 1, 2, 3 and 4.

    Where there are too few of them for the estimate to lie between 0 and the count, half of
    one, and of the next.
    """
    one, two, three, four = (float((counts == n).sum()) for n in (1, 2, 3, 4))
    found = []
    y = one / (one + 2 * two) if one else 0.0
    for n, these, more in ((1, one, two), (2, two, three), (3, three, four)):
        discount = n - (n + 1) * y * more / these if these else 0.0
        found.append(discount if 0 < discount < n else 0.5 * n)
    return found


def choose_order(
    parts: Split, alphabet: Alphabet, on_progress: OnProgress = lambda done: None
) -> int:
    """The lowest of `ORDERS` whose validation loss is within `WORTH` of the lowest.

    Of those, that is, which a checkpoint can hold.
    """
    expand = architecture.expand
    found: dict[int, float] = {}
    for order in ORDERS:
        try:
            sizes, tensors = ngram(parts, alphabet, order)
        except ValueError:
            break  # a higher one has more contexts still
        found[order] = loss(AutomatonTeacher(expand(alphabet, sizes, tensors)), parts.validation)
        on_progress(len(found) / len(ORDERS))
    return next(order for order in ORDERS if found[order] <= min(found.values()) + WORTH)
