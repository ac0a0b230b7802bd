"""How well plausibility tells names from non-names, drawn: `training detect --picture`."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from training.detection import LONG, Judged, by_locale
from training.pictures import DASHES, PALETTE

THRESHOLDS = np.geomspace(1e-4, 0.5, 200)
SHOWN = 12
"""Locales with a line of their own in the second part."""


def detection_picture(judged: Judged, name: str, threshold: float) -> Figure:
    """Shares below each threshold; and false alarms by locale, at one threshold."""
    figure = Figure(figsize=(11, 5), layout="constrained")
    curves, bars = figure.subplots(1, 2, width_ratios=(3, 2))
    shares = np.array([list(by_locale(judged.false_alarms(each)).values()) for each in THRESHOLDS])
    if shares.shape[1]:
        curves.fill_between(
            THRESHOLDS,
            shares.min(axis=1),
            shares.max(axis=1),
            color=PALETTE[0],
            alpha=0.15,
            label="real names, from the best to the worst locale",
        )
    curves.plot(THRESHOLDS, below(judged.real[:, 0]), color=PALETTE[0], label="real names, all")
    kinds = {f"{kind} letters": fake[:, 0] for kind, fake in judged.fake.items()}
    walks = kinds.pop("keyboard letters")
    kinds["keyboard walks"] = walks
    kinds[f"walks of {LONG} letters or more"] = walks[judged.lengths >= LONG]
    for i, (kind, values) in enumerate(kinds.items()):
        curves.plot(
            THRESHOLDS, below(values), DASHES[i % len(DASHES)], color=PALETTE[1 + i], label=kind
        )
    curves.axvline(threshold, color="black", linewidth=0.6)
    curves.set_xscale("log")
    curves.set_ylim(0, 1)
    curves.set_xlabel("threshold of plausibility")
    curves.set_ylabel("share below it")
    curves.set_title(f"What {name} doubts")
    figure.legend(
        *curves.get_legend_handles_labels(), loc="outside lower left", ncols=3, fontsize=9
    )
    alarms = sorted(by_locale(judged.false_alarms(threshold)).items(), key=lambda each: each[1])
    worst = alarms[-SHOWN:]
    bars.barh([locale for locale, _ in worst], [share for _, share in worst], color=PALETTE[0])
    bars.axvline(threshold, color="black", linewidth=0.6)
    bars.set_xlabel("false alarms")
    bars.set_title(f"The {len(worst)} worst of {len(alarms)} locales, below {threshold:g}")
    return figure


def below(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of values below each threshold, [thresholds]."""
    shares: NDArray[np.float64] = np.searchsorted(np.sort(values), THRESHOLDS) / len(values)
    return shares
