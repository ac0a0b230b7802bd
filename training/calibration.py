"""The table behind plausibility: how likely held-out real names are, length by length."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import MAX_LENGTH
from training.teacher import Teacher

POINTS = 101
ENOUGH = 200
"""Names of which a quantile is reliable: a row is of at least so many, where there are."""


def calibrate(
    teacher: Teacher, held_out: Sequence[str], locales: Mapping[str, Sequence[str]] | None = None
) -> NDArray[np.float64]:
    """Quantiles [31, POINTS] of the mean log-likelihood per prediction of held-out names.

    Row L - 1 is of names of about L characters: of just L where there are `ENOUGH` of those,
    else of as narrow a range around L as has enough, or of all. Where names have locales, each
    locale weighs the same, however many names it has.
    """
    lengths = np.array([len(name) for name in held_out])
    means = teacher.log_likelihoods(held_out) / (lengths + 1)
    weights = equal_weights(held_out, locales or {})
    rows = []
    for length in range(1, MAX_LENGTH + 1):
        distance = np.abs(lengths - length)
        farthest = np.sort(distance)[min(ENOUGH, len(lengths)) - 1]
        near = distance <= farthest
        rows.append(weighted_quantiles(means[near], weights[near]))
    return np.array(rows)


def equal_weights(
    names: Sequence[str], locales: Mapping[str, Sequence[str]]
) -> NDArray[np.float64]:
    """The weight of each name, such that those of each locale sum to the same."""
    sizes = Counter(locale for name in names for locale in locales.get(name, ("",)))
    return np.array(
        [sum(1 / sizes[locale] for locale in locales.get(name, ("",))) for name in names]
    )


def weighted_quantiles(
    values: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """`POINTS` quantiles, from the lowest value to the highest, and between values linear."""
    order = np.argsort(values, kind="stable")
    ordered, weight = values[order], weights[order]
    steps = (weight[1:] + weight[:-1]) / 2
    position = np.concatenate([[0.0], np.cumsum(steps)])
    if position[-1] == 0:  # of one value
        return np.full(POINTS, ordered[0])
    return np.interp(np.linspace(0, 1, POINTS), position / position[-1], ordered)
