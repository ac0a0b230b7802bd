"""Modified Kneser-Ney against its formulas, written out for one n-gram at a time."""

from collections import Counter
from functools import cache

import numpy as np
import pytest

from namewright.alphabet import Alphabet
from namewright.architectures import ARCHITECTURES
from training import kneser_ney
from training.data import Split
from training.kneser_ney import choose_order, estimate_discounts, ngram

ABC = Alphabet(("a", "b", "c"))
RNG = np.random.default_rng(3)
NAMES = ["".join(RNG.choice(list("aabc"), size=RNG.integers(1, 8))) for _ in range(300)]


class Plain:
    """Chen & Goodman 1999, equation 4.1.2, from a list of names, by definition."""

    def __init__(self, names: list[str], order: int) -> None:
        self.order = order
        self.counts: Counter[str] = Counter()
        for name in names:
            text = f"^{name}$"
            for end in range(1, len(text)):
                for start in range(max(0, end - order + 1), end + 1):
                    self.counts[text[start : end + 1]] += 1
        self.continuation_counts: Counter[str] = Counter(
            gram[1:] for gram in self.counts if len(gram) > 1
        )

    def count(self, gram: str) -> int:
        """Of the data at full length and from the start; else of different characters before."""
        of_data = len(gram) == self.order or gram.startswith("^")
        return self.counts[gram] if of_data else self.continuation_counts[gram]

    @cache  # noqa: B019 - it lives as long as the test
    def discounts(self, length: int) -> tuple[float, ...]:
        grams = [gram for gram in self.counts if len(gram) == length]
        n = [sum(self.count(gram) == times for gram in grams) for times in (1, 2, 3, 4)]
        y = n[0] / (n[0] + 2 * n[1]) if n[0] else 0.0
        found = [i + 1 - (i + 2) * y * n[i + 1] / n[i] if n[i] else 0.0 for i in range(3)]
        # Of so few tokens there is not always an estimate: then half of what it is taken from.
        return tuple(d if 0 < d < i + 1 else (i + 1) / 2 for i, d in enumerate(found))

    def probability(self, context: str, token: str) -> float:
        if len(context) == self.order:
            return self.probability(context[1:], token)
        counts = {x: self.count(context + x) for x in "$abc"}
        total = sum(counts.values())
        shorter = self.probability(context[1:], token) if context else 1 / 4
        if not total:
            return shorter
        discounts = self.discounts(len(context) + 1)
        taken = {x: discounts[min(count, 3) - 1] if count else 0.0 for x, count in counts.items()}
        own = (counts[token] - taken[token]) / total
        return own + sum(taken.values()) / total * shorter


@pytest.mark.parametrize("order", [2, 3, 4, 5])
def test_every_prediction_is_what_the_formulas_give(order: int) -> None:
    parts = Split(NAMES, NAMES[:5], NAMES[:5])
    sizes, tensors = ngram(parts, ABC, order)
    automaton = ARCHITECTURES["ngram"].expand(ABC, sizes, tensors)
    plain = Plain(NAMES, order)
    for name in ["", "a", "abc", "ccc", "bacab", "cabbage".replace("g", "a").replace("e", "c")]:
        state = automaton.walk(ABC.encode(name))
        context = f"^{name}"[-(order - 1) :] if order > 1 else ""
        for token, x in enumerate("$abc"):
            expected = plain.probability(context, x)
            assert np.exp(automaton.log_prob(state, token)) == pytest.approx(expected, rel=1e-5)


def test_discounts_lie_between_nothing_and_the_count() -> None:
    for counts in ([], [1], [5, 5], [1, 1, 2], [1, 2, 2, 2, 2, 3], [1, 3, 3, 3, 4, 4, 4, 4]):
        found = estimate_discounts(np.array(counts, dtype=np.int64))
        assert all(0 < discount <= n for n, discount in enumerate(found, start=1))


def test_a_higher_order_has_to_be_worth_its_contexts() -> None:
    """Names in which each character depends on the one before, and on nothing else."""
    chain = {"^": "abbc", "a": "bbc$", "b": "acc$", "c": "aab$"}
    rng = np.random.default_rng(7)
    names = []
    while len(names) < 3000:
        name = "^"
        while name[-1] != "$":
            name += str(rng.choice(list(chain[name[-1]])))
        if len(name) < 30:
            names.append(name[1:-1])
    assert choose_order(Split(names[:2000], names[2000:], names[2000:]), ABC) == 2


def test_an_order_with_more_contexts_than_a_checkpoint_can_hold_is_not_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(1)
    names = ["".join(rng.permutation(list("abc"))) + "abc" * rng.integers(2) for _ in range(500)]
    parts = Split(names, names, names)
    assert choose_order(parts, ABC) > 2
    monkeypatch.setattr(kneser_ney, "most_states", lambda tokens: 5)
    with pytest.raises(
        ValueError, match=r"order 3 has .* contexts .* can have 5 .* lower the order"
    ):
        ngram(parts, ABC, 3)
    assert choose_order(parts, ABC) == 2
