"""Several teachers as one: the mean of their predictions, each with a weight.

A mean of networks that began with other weights is better than each of them (Hansen & Salamon,
"Neural network ensembles", 1990), and costs nothing in serving: what is compiled is one automaton.
The weights are those under which held-out names are most likely, found by expectation and
maximisation (Jelinek & Mercer 1980, of interpolated n-grams).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import Alphabet
from training.teacher import Teacher, by_name

ITERATIONS = 200


class Mixture:
    """As `Teacher`, of several teachers with one alphabet.

    Raises ValueError if their alphabets differ.
    """

    def __init__(self, teachers: Sequence[Teacher], weights: Sequence[float]) -> None:
        self.teachers, self.weights = tuple(teachers), tuple(weights)
        self.alphabet: Alphabet = teachers[0].alphabet
        if any(teacher.alphabet != self.alphabet for teacher in teachers):
            raise ValueError("teachers should have one alphabet")

    def log_probs(self, names: Sequence[str]) -> NDArray[np.float64]:
        """As `Teacher`."""
        each = [teacher.log_probs(names) for teacher in self.teachers]
        found: NDArray[np.float64] = np.log(self.weights @ np.exp(each))
        return found

    def log_likelihoods(self, names: Sequence[str]) -> NDArray[np.float64]:
        """As `Teacher`."""
        return by_name(self.log_probs(names), names)

    def advance(
        self, memory: Any, tokens: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], Callable[[NDArray[np.int64]], Any]]:
        """As `Teacher`; its memory is each teacher's."""
        memories = memory or [None] * len(self.teachers)
        mean = np.zeros((len(tokens), self.alphabet.vocab_size), dtype=np.float32)
        remember = []
        for teacher, weight, its in zip(self.teachers, self.weights, memories, strict=True):
            probabilities, after = teacher.advance(its, tokens)
            mean += np.float32(weight) * probabilities
            remember.append(after)
        return mean, lambda rows: [after(rows) for after in remember]


def choose_weights(teachers: Sequence[Teacher], names: Sequence[str]) -> list[float]:
    """The weights, which sum to 1, of the mixture that finds some names most likely."""
    likelihoods = np.exp([teacher.log_probs(names) for teacher in teachers])
    weights = np.full(len(teachers), 1 / len(teachers))
    for _ in range(ITERATIONS):
        shares = weights[:, None] * likelihoods
        weights = (shares / shares.sum(axis=0)).mean(axis=1)
    # A few digits say it, and are the same on any machine.
    rounded: list[float] = np.round(weights / weights.sum(), 3).tolist()
    largest = rounded.index(max(rounded))
    rounded[largest] = round(1 - sum(rounded[:largest] + rounded[largest + 1 :]), 3)
    return rounded
