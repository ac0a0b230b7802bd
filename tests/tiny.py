"""A model small enough to know by heart: two characters, three states, no training."""

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import MAX_LENGTH, Alphabet
from namewright.automaton import Automaton
from namewright.checkpoint import Checkpoint
from namewright.known_names import KnownNames

ALPHABET = Alphabet(("a", "b"))
PROBABILITIES = np.array(
    [  # end,  a,    b
        [0.10, 0.60, 0.30],  # before the first character
        [0.50, 0.20, 0.30],  # after a
        [0.25, 0.50, 0.25],  # after b
    ]
)
NEXT_STATE = np.tile(np.arange(3, dtype=np.int32), (3, 1))
EACH_ITS_OWN = np.arange(3, dtype=np.int32)
CALIBRATION: NDArray[np.float64] = np.tile(np.linspace(-3, -1, 21), (MAX_LENGTH, 1))


def automaton() -> Automaton:
    return Automaton(ALPHABET, 0, np.log(PROBABILITIES), NEXT_STATE.copy(), EACH_ITS_OWN.copy())


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
