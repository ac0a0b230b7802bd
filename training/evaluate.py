"""How good a model is: its loss on each part of a split, and what its names are like.

What is served is measured: where a model is an automaton, through the library.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from namewright import Model
from namewright.alphabet import MAX_LENGTH
from training.data import Split
from training.teacher import Teacher

GENERATED = 50_000
TEMPERATURES = (0.7, 1.0, 1.3)


def loss(teacher: Teacher, names: Sequence[str]) -> float:
    """Mean negative log-likelihood, nats per prediction, the end of each name included."""
    predictions = sum(len(name) + 1 for name in names)
    return -float(teacher.log_likelihoods(names).sum()) / predictions


def losses(teacher: Teacher, parts: Split) -> dict[str, float]:
    """The loss on `train`, `validation` and `test`.

    Raises UnscorableError if a name has a character that the model does not know.
    """
    return {side: loss(teacher, names) for side, names in parts._asdict().items()}


class Novelty(NamedTuple):
    """How new the names are that a model made at one temperature; all but the first are shares.

    known       of the names: those that it was trained on
    real        of the names: those held out, which are real and which it never saw
    found       of the held-out names: those it made
    unique      different names, of the names
    lengths     how far the lengths are from the data's: total variation, 0 to 1
    """

    temperature: float
    known: float
    real: float
    found: float
    unique: float
    lengths: float


def novelty(
    model: Model, parts: Split, temperature: float, names: int = GENERATED, seed: int = 0
) -> Novelty:
    """How new a model's names are, compared with the list that it learned from."""
    train = set(parts.train)
    held_out = {*parts.validation, *parts.test} - train
    made = model.sample(names, seed=seed, temperature=temperature)
    different = set(made)
    return Novelty(
        temperature,
        known=sum(name in train for name in made) / names,
        real=sum(name in held_out for name in made) / names,
        found=len(different & held_out) / max(1, len(held_out)),
        unique=len(different) / names,
        lengths=total_variation(lengths_of(made), lengths_of(train | held_out)),
    )


def lengths_of(names: Iterable[str]) -> NDArray[np.float64]:
    """The share of names of each length, [32], the first of length 0."""
    lengths = np.bincount([len(name) for name in names], minlength=MAX_LENGTH + 1)
    shares: NDArray[np.float64] = lengths / lengths.sum()
    return shares


def total_variation(p: NDArray[np.float64], q: NDArray[np.float64]) -> float:
    """Half the sum of the differences between two distributions: 0 the same, 1 disjoint."""
    return float(np.abs(p - q).sum() / 2)
