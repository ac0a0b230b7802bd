"""What predicts the next token, a network or an automaton: measured and compiled alike.

`network_teacher.py` and `automaton_teacher.py` implement it; `checkpoints.py` makes the right one
of a checkpoint.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import Alphabet


class Predictor(Protocol):
    """What a model knows, asked a token at a time."""

    alphabet: Alphabet

    def advance(
        self, memory: Any, tokens: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], Callable[[NDArray[np.int64]], Any]]:
        """One token further, for many names at once.

        `memory` is None before the boundary that begins names. Gives P(token | so far),
        float32 [names, tokens], and how to have the memory of some of the names.
        """


class Teacher(Predictor, Protocol):
    """What a model knows, asked of whole names too."""

    def log_probs(self, names: Sequence[str]) -> NDArray[np.float64]:
        """The log-probability of each prediction, nats: L + 1 of each name, name by name.

        Raises UnscorableError for a name without.
        """

    def log_likelihoods(self, names: Sequence[str]) -> NDArray[np.float64]:
        """The log-likelihood of each name, nats. Raises UnscorableError for one without."""


def by_name(log_probs: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.float64]:
    """The log-likelihood of each of some normalised names, from those of its predictions."""
    predictions = np.array([len(name) + 1 for name in names])
    found: NDArray[np.float64] = np.add.reduceat(log_probs, np.cumsum(predictions) - predictions)
    return found
