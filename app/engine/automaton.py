"""Every model, as serving sees it: states, what each predicts, and where characters lead.

    >>> automaton = load_model("models/bigram.safetensors").automaton
    >>> automaton.log_probs.shape                  # 27 states (the last character), 27 tokens
    (27, 27)
    >>> math.exp(automaton.log_probs[automaton.start, automaton.alphabet.encode("a")[0]])
    0.118...

How a bigram or an MLP becomes one, exactly, is in `architecture.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.alphabet import Alphabet

LEAST_LOG_PROB = -700.0
"""exp of it is still a float64; so every score, and its perplexity, is a finite number."""


@dataclass(frozen=True, eq=False)
class Automaton:
    """A character model as a table: sampling and scoring only ever look things up in it.

    alphabet      the characters; token 0 is the boundary, which ends a name
    start         the state before the first character
    log_probs     float64 [states, tokens]: natural log of P(token | state)
    next_state    int32 [states, tokens]: where a character leads; column 0 is not followed

    Raises ValueError, with the fault, unless the arrays fit each other, each row is a
    distribution in which every token is possible, and every next state exists: so that
    nothing downstream needs to look again.
    """

    alphabet: Alphabet
    start: int
    log_probs: NDArray[np.float64]
    next_state: NDArray[np.int32]

    def __post_init__(self) -> None:
        states, tokens = self.states, self.alphabet.tokens
        if self.log_probs.shape != (states, tokens) or self.next_state.shape != (states, tokens):
            raise ValueError(
                f"log_probs {list(self.log_probs.shape)} and next_state "
                f"{list(self.next_state.shape)} should both be [states, {tokens}]"
            )
        if self.log_probs.dtype != np.float64 or self.next_state.dtype != np.int32:
            raise ValueError("log_probs should be float64 and next_state int32")
        if not (self.log_probs.flags.c_contiguous and self.next_state.flags.c_contiguous):
            raise ValueError("log_probs and next_state should be C-contiguous")
        if not 0 <= self.start < states:
            raise ValueError(f"the start is state {self.start} of {states}")
        if self.next_state.min() < 0 or self.next_state.max() >= states:
            raise ValueError(f"next_state leads outside the {states} states")
        if not self.log_probs.min() >= LEAST_LOG_PROB:  # NaN compares false with everything
            raise ValueError(f"every log-probability should be at least {LEAST_LOG_PROB}")
        sums = np.exp(self.log_probs).sum(axis=1)
        if not np.abs(sums - 1).max() < 1e-6:
            raise ValueError("the probabilities of each state should sum to 1")
        self.log_probs.flags.writeable = False
        self.next_state.flags.writeable = False

    @property
    def states(self) -> int:
        """How many states there are."""
        return len(self.log_probs)

    def walk(self, tokens: Iterable[int]) -> int:
        """The state that some characters lead to from the start."""
        state = self.start
        for token in tokens:
            state = int(self.next_state[state, token])
        return state
