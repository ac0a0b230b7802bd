"""Every model, as serving sees it: states, what each predicts, and where characters lead.

    >>> automaton = namewright.load_model("bigram").automaton
    >>> automaton.log_probs.shape                  # 27 states (the last character), 27 tokens
    (27, 27)
    >>> math.exp(automaton.log_prob(automaton.start, automaton.alphabet.encode("a")[0]))
    0.142...

How a bigram, an MLP or a compiled network becomes one is in `architectures/`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import Alphabet
from namewright.transitions import KNOWN, Transitions, columns

LEAST_LOG_PROB = -700.0
"""exp of it is still a float64; so every score, and its perplexity, is a finite number."""

STEP = 1 / 16
"""Nats between two codes. 255 of them reach down to one in eight million, and rounding to the
nearest costs about STEP^2 / 24 nats per prediction, 0.0002."""

FORMS = ("float64", "float32", "uint8")
ROWS = 8192
"""How many rows are checked at a time, so that checking a model takes little memory."""


@dataclass(frozen=True, eq=False)
class Automaton:
    """A character model as a table: sampling and scoring only ever look things up in it.

    alphabet       the characters; token 0 is the boundary, which ends a name
    start          the state before the first character
    log_probs      [states, tokens]: natural log of P(token | state), as float64 or float32; or as
                   codes, uint8: `-STEP` times the code is the same up to a constant per state
    transitions    where each character leads from each state; that of token 0 is not followed

    Raises ValueError, with the fault, unless the arrays fit each other and each state predicts a
    distribution in which every token is possible: so that nothing downstream needs to look again.
    """

    alphabet: Alphabet
    start: int
    log_probs: NDArray[Any]
    transitions: Transitions

    def __post_init__(self) -> None:
        vocab_size = self.alphabet.vocab_size
        if self.log_probs.shape != (len(self.transitions.row), vocab_size):
            raise ValueError(
                f"log_probs {list(self.log_probs.shape)} should be [states, {vocab_size}], "
                f"of the {len(self.transitions.row)} states that have transitions"
            )
        if self.transitions.tokens > vocab_size or (
            self.transitions.rows.shape[1] != KNOWN + columns(vocab_size)
        ):
            raise ValueError(f"the transitions should be those of {vocab_size} tokens")
        if self.log_probs.dtype.name not in FORMS or not self.log_probs.flags.c_contiguous:
            raise ValueError(f"log_probs should be {', '.join(FORMS)}, and C-contiguous")
        if not 0 <= self.start < self.states:
            raise ValueError(f"the start is state {self.start} of {self.states}")
        if not self.is_coded:
            if not self.log_probs.min() >= LEAST_LOG_PROB:  # NaN compares false with everything
                raise ValueError(f"every log-probability should be at least {LEAST_LOG_PROB}")
            with np.errstate(over="ignore"):  # a sum that is infinite is not 1
                if not np.abs(self.totals() - 1).max() < 1e-6:
                    raise ValueError("the probabilities of each state should sum to 1")
        self.log_probs.flags.writeable = False

    @property
    def states(self) -> int:
        """How many states there are."""
        return len(self.log_probs)

    @property
    def is_coded(self) -> bool:
        """Whether `log_probs` are codes."""
        return self.log_probs.dtype == np.uint8

    @cached_property
    def log_totals(self) -> NDArray[np.float64]:
        """[states]: with codes, the constant to take off, log sum exp; else empty.

        Sampling does without: it is made when a score first asks for it.
        """
        log_totals = np.log(self.totals()) if self.is_coded else np.empty(0)
        log_totals.flags.writeable = False
        return log_totals

    def totals(self) -> NDArray[np.float64]:
        """[states]: the sum of the weights of each."""
        return np.concatenate(
            [
                self.weights(first).sum(axis=1, dtype=np.float64)
                for first in range(0, self.states, ROWS)
            ]
        )

    def weights(self, first: int) -> NDArray[np.float64]:
        """What the predictions of `ROWS` states from `first` on are proportional to."""
        rows = self.log_probs[first : first + ROWS]
        weights: NDArray[np.float64]
        weights = np.exp(-STEP * np.arange(256)).take(rows) if self.is_coded else np.exp(rows)
        return weights

    def row(self, state: int) -> list[float]:
        """The natural log-probabilities of a state, up to a constant: what sampling shapes."""
        row: list[float] = self.log_probs[state].tolist()
        return [-STEP * code for code in row] if self.is_coded else row

    def log_prob(self, state: int, token: int) -> float:
        """Natural log of P(token | state)."""
        stored = float(self.log_probs[state, token])
        return -STEP * stored - float(self.log_totals[state]) if self.is_coded else stored

    def prediction(self, state: int) -> list[float]:
        """Natural log of P(token | state) for every token."""
        row = self.row(state)
        if self.is_coded:
            log_total = float(self.log_totals[state])
            return [each - log_total for each in row]
        return row

    def predictions(self) -> NDArray[np.float64]:
        """Natural log of P(token | state) for every state and token, as float64."""
        wide = self.log_probs.astype(np.float64)
        return -STEP * wide - self.log_totals[:, None] if self.is_coded else wide

    def follow(self, state: int, token: int) -> int:
        """The state that a character leads to."""
        return self.transitions.follow(state, token)

    def walk(self, tokens: Iterable[int]) -> int:
        """The state that some characters lead to from the start."""
        state = self.start
        for token in tokens:
            state = self.follow(state, token)
        return state
