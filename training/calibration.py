"""The table behind plausibility: how likely held-out real names are, length by length."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import MAX_LENGTH
from training.teacher import Teacher

POINTS = 101
ENOUGH = 200
"""Names of which a quantile is reliable: a row is of at least so many, where there are."""


def calibrate(teacher: Teacher, held_out: Sequence[str]) -> NDArray[np.float64]:
    """Quantiles [31, POINTS] of the mean log-likelihood per prediction of held-out names.

    Row L - 1 is of names of about L characters: of just L where there are `ENOUGH` of those,
    else of as narrow a range around L as has enough, or of all.
    """
    lengths = np.array([len(name) for name in held_out])
    means = teacher.log_likelihoods(held_out) / (lengths + 1)
    rows = []
    for length in range(1, MAX_LENGTH + 1):
        distance = np.abs(lengths - length)
        farthest = np.sort(distance)[min(ENOUGH, len(lengths)) - 1]
        rows.append(np.quantile(means[distance <= farthest], np.linspace(0, 1, POINTS)))
    return np.array(rows)
