"""The table behind plausibility: how likely held-out real names are, length by length."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import MAX_LENGTH
from training.teacher import Teacher

POINTS = 101
ENOUGH = 200
"""Held-out names of which the ends of a row are reliable."""
WIDTH = 0.3
"""Of a length: the standard deviation of what counts as about that length."""
FEW = 50
"""Names that a row is worth at least: it takes in what is farther off until it is."""
WIDER = 1.5
ABJADS = frozenset({"ar", "fa", "he"})
"""Languages of locales whose script leaves vowels out: see `folding.is_abjad`."""


class Calibration(NamedTuple):
    """Two tables of quantiles, [31, POINTS]: of names, and of names from a script without vowels.

    The second is None where the list has too few of those.
    """

    names: NDArray[np.float64]
    abjad: NDArray[np.float64] | None


def calibrate(
    teacher: Teacher, held_out: Sequence[str], locales: Mapping[str, Sequence[str]] | None = None
) -> Calibration:
    """Quantiles of the mean log-likelihood per prediction of held-out names.

    Row L - 1 is of names of about L characters. Where names have locales, each locale weighs the
    same, however many names it has; and those of locales whose script leaves vowels out, romanised,
    are calibrated apart: they look like no other names.
    """
    locales = locales or {}
    apart = [from_abjads(locales.get(name, ())) for name in held_out]
    abjad = [name for name, is_one in zip(held_out, apart, strict=True) if is_one]
    if len(abjad) < ENOUGH:
        return Calibration(quantiles(teacher, held_out, locales), None)
    others = [name for name, is_one in zip(held_out, apart, strict=True) if not is_one]
    return Calibration(quantiles(teacher, others, locales), quantiles(teacher, abjad, locales))


def from_abjads(locales: Sequence[str]) -> bool:
    """Whether a name is from such locales alone."""
    return bool(locales) and all(locale.split("_")[0] in ABJADS for locale in locales)


def quantiles(
    teacher: Teacher, names: Sequence[str], locales: Mapping[str, Sequence[str]]
) -> NDArray[np.float64]:
    """One table, [31, POINTS], of names that weigh less the more their length differs."""
    lengths = np.array([len(name) for name in names])
    means = teacher.log_likelihoods(names) / (lengths + 1)
    weights = equal_weights(names, locales)
    rows = []
    for length in range(1, MAX_LENGTH + 1):
        width = WIDTH * length
        while True:
            near = np.exp(-0.5 * ((lengths - length) / width) ** 2)
            if near.sum() >= min(FEW, len(names) / 2):
                break
            width *= WIDER
        rows.append(weighted_quantiles(means, weights * near))
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
