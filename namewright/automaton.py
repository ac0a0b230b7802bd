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

    alphabet          the characters; token 0 is the boundary, which ends a name
    start             the state before the first character
    log_probs         [states, tokens]: natural log of P(token | state), as float64 or float32; or
                      as codes, uint8: `-STEP` times the code is the same up to a constant per state
    next_state        int32 [rows, tokens]: where a character leads; column 0 is not followed
    transition_row    int32 [states]: which row of `next_state` is a state's. States that lead to
                      the same places share one, as those of a context model mostly do

    Raises ValueError, with the fault, unless the arrays fit each other, each state predicts a
    distribution in which every token is possible, and every next state exists: so that nothing
    downstream needs to look again.
    """

    alphabet: Alphabet
    start: int
    log_probs: NDArray[Any]
    next_state: NDArray[np.int32]
    transition_row: NDArray[np.int32]

    def __post_init__(self) -> None:
        vocab_size = self.alphabet.vocab_size
        shapes = (self.log_probs.shape[1:], self.next_state.shape[1:], self.transition_row.shape)
        if shapes != ((vocab_size,), (vocab_size,), (self.states,)):
            raise ValueError(
                f"log_probs {list(self.log_probs.shape)} should be [states, {vocab_size}], "
                f"next_state {list(self.next_state.shape)} [rows, {vocab_size}], "
                f"transition_row {list(self.transition_row.shape)} [states]"
            )
        if self.log_probs.dtype.name not in FORMS or {
            self.next_state.dtype,
            self.transition_row.dtype,
        } != {np.dtype(np.int32)}:
            raise ValueError(
                f"log_probs should be {', '.join(FORMS)}; next_state and transition_row int32"
            )
        arrays = (self.log_probs, self.next_state, self.transition_row)
        if not all(array.flags.c_contiguous for array in arrays):
            raise ValueError("log_probs, next_state and transition_row should be C-contiguous")
        if not 0 <= self.start < self.states:
            raise ValueError(f"the start is state {self.start} of {self.states}")
        if self.next_state.min() < 0 or self.next_state.max() >= self.states:
            raise ValueError(f"next_state leads outside the {self.states} states")
        if self.transition_row.min() < 0 or self.transition_row.max() >= len(self.next_state):
            raise ValueError(
                f"transition_row is outside the {len(self.next_state)} rows of next_state"
            )
        if not self.is_coded:
            if not self.log_probs.min() >= LEAST_LOG_PROB:  # NaN compares false with everything
                raise ValueError(f"every log-probability should be at least {LEAST_LOG_PROB}")
            with np.errstate(over="ignore"):  # a sum that is infinite is not 1
                if not np.abs(self.totals() - 1).max() < 1e-6:
                    raise ValueError("the probabilities of each state should sum to 1")
        for array in arrays:
            array.flags.writeable = False

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
        return int(self.next_state[self.transition_row[state], token])

    def walk(self, tokens: Iterable[int]) -> int:
        """The state that some characters lead to from the start."""
        state = self.start
        for token in tokens:
            state = self.follow(state, token)
        return state
