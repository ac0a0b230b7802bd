"""An automaton as a teacher: its table is read, by the library."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from namewright.automaton import Automaton
from namewright.kernel import walk


class AutomatonTeacher:
    """As `Teacher`, of an automaton."""

    def __init__(self, automaton: Automaton) -> None:
        self.automaton, self.alphabet = automaton, automaton.alphabet
        self.walker = walk(automaton)

    def log_probs(self, names: Sequence[str]) -> NDArray[np.float64]:
        """As `Teacher`."""
        return np.concatenate([self.walker.log_probs(name)[1] for name in names])

    def log_likelihoods(self, names: Sequence[str]) -> NDArray[np.float64]:
        """As `Teacher`."""
        return self.walker.log_likelihoods(names)

    def advance(
        self, memory: Any, tokens: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], Callable[[NDArray[np.int64]], Any]]:
        """As `Teacher`."""
        if memory is None:
            states = np.full(len(tokens), self.automaton.start)
        else:
            states = self.automaton.transitions.follow_all(memory, tokens)
        return self.probabilities[states], lambda rows: states[rows]

    @cached_property
    def probabilities(self) -> NDArray[np.float32]:
        """P(token | state), [states, tokens]."""
        return np.exp(self.automaton.predictions()).astype(np.float32)
