"""A model small enough to know by heart: two characters, three states, no training."""

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import MAX_LENGTH, Alphabet
from namewright.automaton import Automaton
from namewright.checkpoint import Checkpoint
from namewright.known_names import KnownNames
from namewright.transitions import BITS, FALLBACK, FIRST, KNOWN, Transitions, columns

ALPHABET = Alphabet(("a", "b"))
PROBABILITIES = np.array(
    [  # end,  a,    b
        [0.10, 0.60, 0.30],  # before the first character
        [0.50, 0.20, 0.30],  # after a
        [0.25, 0.50, 0.25],  # after b
    ]
)
CALIBRATION: NDArray[np.float64] = np.tile(np.linspace(-3, -1, 21), (MAX_LENGTH, 1))


def last_character(states: int = 3) -> Transitions:
    """A token leads to the state of its own number, from any state: one row knows it all."""
    return Transitions.complete(np.zeros(states, dtype=np.int32), np.zeros(1), 3)


def one_state() -> Transitions:
    """A token leads back to the only state there is: its row knows none, of at most 32."""
    return Transitions(np.zeros(1, dtype=np.int32), np.zeros((1, KNOWN + 1), dtype=np.uint32))


def automaton() -> Automaton:
    return Automaton(ALPHABET, 0, np.log(PROBABILITIES), last_character())


def transitions(rng: np.random.Generator, tokens: int, states: int) -> Transitions:
    """Rows of any kind: that know nothing, a few tokens or all, and fall back on any before.

    The first of them knows all, as far as there are states: else most tokens led to state 0.
    """
    rows = int(rng.integers(1, states + 1))
    known = rng.random((rows, tokens)) < rng.choice([0, 0.1, 0.5, 1], size=(rows, 1))
    known[0] = True
    known &= np.cumsum(known, axis=1) <= states
    packed = np.zeros((rows, KNOWN + columns(tokens)), dtype=np.uint32)
    packed[:, FIRST] = rng.integers(0, states - known.sum(axis=1) + 1)
    packed[1:, FALLBACK] = rng.integers(0, np.arange(1, rows))
    for token in range(tokens):
        packed[:, KNOWN + token // BITS] |= known[:, token].astype(np.uint32) << token % BITS
    return Transitions(rng.integers(0, rows, size=states, dtype=np.int32), packed)


def checkpoint() -> Checkpoint:
    return Checkpoint(
        architecture="bigram-net",
        alphabet=ALPHABET,
        hyperparameters={},
        data={"file": "tiny.txt", "names": 2, "sha256": "0" * 64, "split": "hash"},
        metrics={"train": 1.0, "validation": 1.5, "test": 2.0},
        training={"seed": 0},
        tensors={"log_probs": np.log(PROBABILITIES)},
        calibration=CALIBRATION,
        known_names=KnownNames.of(["ab", "ba"], "0" * 64),
    )
