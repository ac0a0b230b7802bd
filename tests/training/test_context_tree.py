from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from namewright.alphabet import Alphabet
from training.context_tree import ContextTree, grow
from training.prefixes import count_prefixes

ABC = Alphabet(("a", "b", "c"))
names = st.lists(st.text("abc", min_size=1, max_size=6), min_size=1, max_size=20)


def spelt(tree: ContextTree) -> list[str]:
    """The text of each context; the boundary is a `^`."""
    texts = [""]
    for parent, character in zip(
        tree.contexts.parent[1:], tree.contexts.character[1:], strict=True
    ):
        texts.append(texts[parent] + "^abc"[character])
    return texts


@given(names, st.integers(1, 5))
def test_contexts_are_all_the_ends_of_all_the_prefixes(some: list[str], longest: int) -> None:
    tree = grow(count_prefixes(some, ABC), longest)
    expected: Counter[tuple[str, str]] = Counter()
    for name in some:
        text = f"^{name}^"
        for at in range(1, len(text)):
            for length in range(min(at, longest) + 1):
                expected[text[at - length : at], text[at]] += 1
    texts = spelt(tree)
    assert len(set(texts)) == len(texts)
    found = {
        (text, "^abc"[token]): round(float(count))
        for text, row in zip(texts, tree.contexts.following, strict=True)
        for token, count in enumerate(row)
        if count
    }
    assert found == dict(expected)
    for text, suffix in zip(texts[1:], tree.contexts.suffix[1:], strict=True):
        assert texts[suffix] == text[1:]
    for length, level in enumerate(tree.levels()):
        assert {len(text) for text in texts[level]} == {length}


@given(names)
def test_a_prefix_is_at_its_context_of_each_length(some: list[str]) -> None:
    prefixes = count_prefixes(some, ABC)
    tree, texts = grow(prefixes, 4), []
    for parent, last in zip(prefixes.parent, prefixes.last, strict=True):
        texts.append("^" if parent < 0 else texts[parent] + "^abc"[last])
    contexts = spelt(tree)
    for length, here in enumerate(tree.at):
        for text, context in zip(texts, here.tolist(), strict=True):
            if length > len(text):
                assert context == -1
            else:
                assert contexts[context] == text[len(text) - length :]


def test_contexts_that_came_too_seldom_are_left_out_with_all_that_is_longer() -> None:
    some = ["abc", "ab", "ab", "cab", "cb"]
    tree = grow(count_prefixes(some, ABC), 3, least=3)
    assert spelt(tree) == ["", "^", "a", "b", "c", "^a", "ab", "^ab"]
    np.testing.assert_array_equal(tree.contexts.weight >= 3, True)


def test_weights_are_of_the_times_a_context_came() -> None:
    tree = grow(count_prefixes(["ab", "b"], ABC), 1)
    weights = dict(zip(spelt(tree), tree.contexts.weight.tolist(), strict=True))
    assert weights == pytest.approx({"": 5, "^": 2, "a": 1, "b": 2})
