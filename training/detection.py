"""How well plausibility tells names from what is none: false alarms, and what is found.

A false alarm is a real name, held out, below the threshold; what is found is a non-name below it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from namewright import Model
from namewright.errors import UnscorableError
from namewright.plausibility import plausibility
from training import non_names
from training.calibration import is_abjad

THRESHOLD = 0.01
ENOUGH = 50
"""Held-out names of a locale of which a share is worth a line."""
LONG = 6
"""Letters of a keyboard walk that is long enough to be one."""


class Detection(NamedTuple):
    """What a model's plausibility tells apart. Areas are under the curve of receiver operation.

    areas          by kind of non-name: how often a real name is more plausible than a non-name
    by_mean        the same by the mean log-likelihood, without calibration
    found          by kind: the share of non-names that lie below the threshold
    walks          of keyboard walks of at least `LONG` letters, those below it
    false_alarms   by locale with at least `ENOUGH` held-out names: those below it; "" is all
    """

    areas: dict[str, float]
    by_mean: dict[str, float]
    found: dict[str, float]
    walks: float
    false_alarms: dict[str, float]


def detect(
    model: Model,
    held_out: Sequence[str],
    locales: Mapping[str, Sequence[str]],
    threshold: float = THRESHOLD,
    seed: int = 0,
) -> Detection:
    """Measure a model on names that it never saw, and on as many non-names of each kind."""
    real = scores_of(model, held_out)
    abjad = model.checkpoint.abjad_quantiles
    for row, name in zip(real, held_out, strict=True):
        if is_abjad(locales.get(name, ())):  # which is written in its own script
            row[0] = plausibility(abjad[len(name) - 1], row[1])
    areas, by_mean, found, walks = {}, {}, {}, 0.0
    for kind in non_names.KINDS:
        made = non_names.make(kind, held_out, seed)
        fake = scores_of(model, made)
        areas[kind] = area(real[:, 0], fake[:, 0])
        by_mean[kind] = area(real[:, 1], fake[:, 1])
        below = fake[:, 0] < threshold
        found[kind] = float(below.mean())
        if kind == "keyboard":
            walks = float(below[[len(name) >= LONG for name in made]].mean())
    by_locale: dict[str, list[bool]] = defaultdict(list)
    for name, below in zip(held_out, real[:, 0] < threshold, strict=True):
        for locale in ("", *locales.get(name, ())):
            by_locale[locale].append(bool(below))
    false_alarms = {
        locale: float(np.mean(each))
        for locale, each in sorted(by_locale.items())
        if len(each) >= ENOUGH
    }
    return Detection(areas, by_mean, found, walks, false_alarms)


def scores_of(model: Model, names: Sequence[str]) -> NDArray[np.float64]:
    """The plausibility and the mean log-likelihood of each name, [names, 2].

    Raises UnscorableError for a name without.
    """
    found = np.empty((len(names), 2))
    for row, score in zip(found, model.score(names), strict=True):
        if isinstance(score, UnscorableError):
            raise score
        row[:] = score.plausibility, score.mean_log_likelihood
    return found


def area(real: NDArray[np.float64], fake: NDArray[np.float64]) -> float:
    """The share of pairs in which the real one is higher; a tie is half (Mann & Whitney 1947)."""
    ordered = np.sort(fake)
    lower = np.searchsorted(ordered, real, "left")
    as_low = np.searchsorted(ordered, real, "right")
    return float((lower + as_low).mean() / 2 / len(fake))
