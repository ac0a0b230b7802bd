from itertools import product

import numpy as np
import pytest

from namewright.alphabet import Alphabet
from training.context_tree import ContextTree, grow
from training.prefixes import count_prefixes
from training.pruning import gains, keep, prune

AB = Alphabet(("a", "b"))
NAMES = ["abba", "ab", "ab", "baab", "bab", "bb", "aab", "abab", "a", "babb", "bba"]


@pytest.fixture
def tree() -> ContextTree:
    return grow(count_prefixes(NAMES, AB), 3)


def is_tree(tree: ContextTree, kept: np.ndarray) -> bool:
    at = np.flatnonzero(kept)
    return bool(kept[tree.contexts.suffix[at]].all())


def test_gain_is_the_loss_that_a_context_saves(tree: ContextTree) -> None:
    contexts = tree.contexts
    for context, gain in enumerate(gains(tree)):
        own, suffix = (
            contexts.following[at] / contexts.weight[at]
            for at in (context, contexts.suffix[context])
        )
        seen = own > 0
        expected = (contexts.following[context][seen] * np.log(own[seen] / suffix[seen])).sum()
        assert gain == pytest.approx(expected if context else 0.0, abs=1e-5)
        assert gain > -1e-6


@pytest.mark.parametrize("price", [0.05, 0.3, 1.0, 2.0])
def test_what_is_kept_is_worth_most_of_all_trees(tree: ContextTree, price: float) -> None:
    """Against every tree there is (of contexts up to two characters)."""
    tree = grow(count_prefixes(NAMES, AB), 2)
    saved, needed = gains(tree), int(tree.bounds[2])
    rest = tree.size - needed
    best = max(
        float((saved - price)[kept].sum())
        for choice in product([False, True], repeat=rest)
        if is_tree(tree, kept := np.array([True] * needed + list(choice)))
    )
    kept = keep(tree, saved, price)
    beyond = kept.copy()
    # What was added for the automaton's sake alone is not what was chosen.
    beyond[needed:] &= saved[needed:] > price
    assert float((saved - price)[beyond].sum()) == pytest.approx(best)


@pytest.mark.parametrize("states", [4, 5, 9, 14])
def test_no_more_states_than_were_asked_for_and_all_that_each_needs(
    tree: ContextTree, states: int
) -> None:
    kept = prune(tree, states)
    at = np.flatnonzero(kept)
    assert 4 <= len(at) <= states
    assert kept[tree.contexts.suffix[at]].all()
    assert kept[tree.contexts.parent[at]].all()


def test_more_states_save_more(tree: ContextTree) -> None:
    saved = gains(tree)
    totals = [saved[prune(tree, states)].sum() for states in (4, 6, 10, 20, 1000)]
    assert totals == sorted(totals)
    assert totals[-1] == pytest.approx(saved[saved > 0].sum())
