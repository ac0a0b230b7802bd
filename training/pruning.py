"""Which contexts are worth a state: the best tree of a given size.

A context is worth what it saves: the nats of loss, over all the times it came, by which its own
predictions are better than those of its longest proper suffix,

    gain(c)  =  sum over x of  count(c, x) * (log P(x | c) - log P(x | suffix of c))

(the relative entropy of Stolcke, "Entropy-based pruning of backoff language models", 1998). A
context can only stay if its suffix does; so of all trees of contexts, that is best for a price
a state which keeps a context where it and what hangs on it are worth more than they cost
(Breiman et al. 1984, section 3.3: cost-complexity pruning). The price is what makes it fit.
"""

import numpy as np
from numpy.typing import NDArray

from training.context_tree import ContextTree

HALVINGS = 40
LEAST = 1e-30


def gains(tree: ContextTree) -> NDArray[np.float64]:
    """Nats that each context saves, [contexts]; nothing for the empty one."""
    contexts = tree.contexts
    log_probs = np.log(np.maximum(contexts.following / contexts.weight[:, None], LEAST))
    found = np.zeros(tree.size)
    for level in tree.levels()[1:]:
        saved = log_probs[level] - log_probs[contexts.suffix[level]]
        found[level] = (contexts.following[level] * saved).sum(axis=1)
    return found


def prune(tree: ContextTree, states: int) -> NDArray[np.bool_]:
    """Which contexts to keep: each one's suffix and parent are kept too.

    At most `states`, which should be more than there are tokens: single characters always stay.
    """
    saved = gains(tree)
    low, high = 0.0, float(saved.max()) + 1.0
    kept = keep(tree, saved, low)
    if kept.sum() <= states:
        return kept
    for _ in range(HALVINGS):
        price = (low + high) / 2
        if keep(tree, saved, price).sum() > states:
            low = price
        else:
            high = price
    return keep(tree, saved, high)


def keep(tree: ContextTree, saved: NDArray[np.float64], price: float) -> NDArray[np.bool_]:
    """Which contexts are worth a price a state; single characters always are."""
    contexts, levels = tree.contexts, tree.levels()
    worth = saved - price
    for level in reversed(levels[2:]):
        np.add.at(worth, contexts.suffix[level], np.maximum(worth[level], 0))
    kept = np.zeros(tree.size, dtype=bool)
    kept[: tree.bounds[2]] = True
    for level in levels[2:]:
        kept[level] = (worth[level] > 0) & kept[contexts.suffix[level]]
    # To be in a context is to have been in its parent: that has to be a state as well. (Its
    # suffixes are, then: they are the parents of this one's suffixes.)
    for level in reversed(levels[2:]):
        kept[contexts.parent[level][kept[level]]] = True
    return kept
