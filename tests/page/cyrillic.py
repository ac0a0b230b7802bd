"""A model of names in another alphabet, small enough to be made here: a bigram of six names."""

import numpy as np

from namewright.alphabet import BOUNDARY, MAX_LENGTH, Alphabet
from namewright.architectures.bigram import expand
from namewright.checkpoint import Checkpoint
from namewright.kernel import walk
from namewright.known_names import KnownNames
from namewright.model import Model

NAMES = ("анна", "иван", "мария", "наина", "марина", "рината")
ALPHABET = Alphabet(tuple(sorted(set("".join(NAMES)))))
SUM = "0" * 64


def model() -> Model:
    counts = np.zeros((ALPHABET.vocab_size,) * 2, dtype=np.int64)
    for name in NAMES:
        tokens = [BOUNDARY, *ALPHABET.encode(name), BOUNDARY]
        np.add.at(counts, (tokens[:-1], tokens[1:]), 1)
    smoothed = counts + 0.01
    tensors = {
        "log_probs": np.log(smoothed / smoothed.sum(axis=1, keepdims=True)),
        "counts": counts,
    }
    checkpoint = Checkpoint(
        architecture="bigram",
        alphabet=ALPHABET,
        hyperparameters={"smoothing": 0.01},
        data={"file": "russian.txt", "names": len(NAMES), "sha256": SUM, "split": "hash"},
        metrics={"train": 1.0, "validation": 1.5, "test": 2.0},
        training={"seed": 0},
        tensors=tensors,
        calibration=np.tile(np.linspace(-3, -0.5, 21), (MAX_LENGTH, 1)),
        known_names=KnownNames.of(NAMES, SUM),
        digest="1" * 64,
    )
    return Model("russian", checkpoint, walk(expand(ALPHABET, {}, tensors)))
