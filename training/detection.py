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
from training.calibration import from_abjads

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


class Judged(NamedTuple):
    """What a model thinks of held-out names and of non-names: plausibility, mean log-likelihood.

    real       [names, 2]
    fake       by kind of non-name, [names, 2]
    lengths    of the non-names: for each name there is one with as many letters, of each kind
    locales    by locale, which of the names it has; "" has all
    """

    real: NDArray[np.float64]
    fake: dict[str, NDArray[np.float64]]
    lengths: NDArray[np.int64]
    locales: dict[str, NDArray[np.int64]]

    def false_alarms(self, threshold: float) -> dict[str, float]:
        """By locale with at least `ENOUGH` names, the share of them below a threshold."""
        below = self.real[:, 0] < threshold
        return {
            locale: float(below[which].mean())
            for locale, which in sorted(self.locales.items())
            if len(which) >= ENOUGH
        }


def judge(
    model: Model, held_out: Sequence[str], locales: Mapping[str, Sequence[str]], seed: int = 0
) -> Judged:
    """Score names that a model never saw, and as many non-names of each kind."""
    real = scores_of(model, held_out)
    abjad = model.checkpoint.abjad_quantiles
    having: dict[str, list[int]] = defaultdict(list)
    for i, (row, name) in enumerate(zip(real, held_out, strict=True)):
        its_own = locales.get(name, ())
        if from_abjads(its_own):  # it is written in its own script
            row[0] = plausibility(abjad[len(name) - 1], row[1])
        for locale in ("", *its_own):
            having[locale].append(i)
    made = {kind: non_names.make(kind, held_out, seed) for kind in non_names.KINDS}
    return Judged(
        real,
        {kind: scores_of(model, texts) for kind, texts in made.items()},
        np.array([len(text) for text in made["keyboard"]]),
        {locale: np.array(which) for locale, which in having.items()},
    )


def detect(judged: Judged, threshold: float = THRESHOLD) -> Detection:
    """How well a model tells names from non-names."""
    real, fakes = judged.real, judged.fake
    walks = fakes["keyboard"][judged.lengths >= LONG, 0]
    return Detection(
        areas={kind: area(real[:, 0], fake[:, 0]) for kind, fake in fakes.items()},
        by_mean={kind: area(real[:, 1], fake[:, 1]) for kind, fake in fakes.items()},
        found={kind: float((fake[:, 0] < threshold).mean()) for kind, fake in fakes.items()},
        walks=float((walks < threshold).mean()),
        false_alarms=judged.false_alarms(threshold),
    )


def by_locale(false_alarms: Mapping[str, float]) -> dict[str, float]:
    """Those of single locales, without that of all names."""
    return {locale: share for locale, share in false_alarms.items() if locale}


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
