"""What models have learned, drawn. Colours are ones that colour-blind readers can tell apart.

Each function gives a matplotlib Figure; `report.py` puts them on a page.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray

from namewright import Model
from namewright.alphabet import Alphabet

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe & Ito, "Color universal design" (2008)."""

MARKERS = "osv^Dx*"
DASHES = ("-", "--", "-.", ":")
HEAT = "cividis"
MOST_CHARACTERS = 40
VOWELS = {*"aeiou", *"αεηιουω", *"аеиіоуыэюяє"}
BOUNDARY_SIGN = "•"


def bigram_map(counts: NDArray[np.int64], alphabet: Alphabet, of_list: str = "") -> Figure:
    """How often each character follows each other one: rows before, columns after.

    Of an alphabet with more than `MOST_CHARACTERS`, the most frequent ones.
    """
    most = np.argsort(-counts.sum(axis=0), kind="stable")[:MOST_CHARACTERS]
    order = np.sort(most)
    shown = counts[np.ix_(order, order)]
    signs = [BOUNDARY_SIGN, *alphabet.characters]
    labels = [signs[token] for token in order]
    side = 0.42 * len(order)
    figure = Figure(figsize=(side + 1, side + 0.6), layout="constrained")
    axes = figure.add_subplot()
    highest = max(2, int(shown.max()))
    image = axes.imshow(np.maximum(shown, 0.5), cmap=HEAT, norm=LogNorm(0.5, highest))
    for (row, column), count in np.ndenumerate(shown):
        text = f"{count / 1000:.0f}k" if count >= 10_000 else str(count)
        axes.text(
            column,
            row,
            text,
            ha="center",
            va="center",
            fontsize=6.5,
            color=legible(image.to_rgba(np.maximum(count, 0.5))),
        )
    axes.set_xticks(range(len(labels)), labels)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(length=0, top=True, labeltop=True)
    axes.set_xlabel("the next character")
    axes.set_ylabel("a character")
    title = f"What follows what ({BOUNDARY_SIGN} is where a name begins and ends)"
    axes.set_title(with_list(title, of_list), pad=24)
    return figure


def with_list(title: str, of_list: str) -> str:
    """A title, and on a line of its own the list that the picture is of, if that is said."""
    return f"{title}\n{of_list}" if of_list else title


def legible(background: Any) -> str:
    """Black or white, whichever is easier to read on a colour (its luminance, ITU-R BT.709)."""
    red, green, blue, *_ = background
    return "black" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.45 else "white"


def embedding_map(weights: NDArray[np.float32], alphabet: Alphabet, name: str) -> Figure:
    """The rows of an embedding on their two principal axes, each at its character."""
    centred = weights.astype(np.float64) - weights.mean(axis=0)
    _, scales, axes_of = np.linalg.svd(centred, full_matrices=False)
    points = centred @ axes_of[:2].T
    if points.shape[1] < 2:
        points = np.hstack([points, np.zeros((len(points), 1))])
    share = (scales[:2] ** 2).sum() / (scales**2).sum()
    figure = Figure(figsize=(7, 7), layout="constrained")
    axes = figure.add_subplot()
    signs = [BOUNDARY_SIGN, *alphabet.characters]
    places = spread(points, 0.035 * np.ptp(points, axis=0).max())
    vowels = [is_vowel(sign) for sign in signs]
    for (x, y), (label_x, label_y), sign, vowel in zip(points, places, signs, vowels, strict=True):
        colour = PALETTE[1] if vowel else PALETTE[0]
        axes.plot([x, label_x], [y, label_y], color="0.6", linewidth=0.8, zorder=1)
        axes.text(
            label_x,
            label_y,
            sign,
            ha="center",
            va="center",
            fontsize=13,
            color=colour,
            weight="bold" if vowel else "normal",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.85},
            zorder=3,
        )
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.08)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(
        f"Where {name} puts each character: two axes with {share:.0%} of the variance\n"
        + "vowels in bold orange; " * any(vowels)
        + f"{BOUNDARY_SIGN} is the boundary"
    )
    return figure


def is_vowel(sign: str) -> bool:
    """Whether a letter of the Latin, Greek or Cyrillic alphabet is one, accents taken off."""
    return unicodedata.normalize("NFD", sign)[0] in VOWELS and sign != "й"


def spread(points: NDArray[np.float64], apart: float) -> NDArray[np.float64]:
    """Places near points, pushed from each other until all lie `apart`, for labels to be read."""
    places = points + np.random.default_rng(0).normal(scale=1e-3 * apart, size=points.shape)
    for _ in range(200):
        offset = places[:, None] - places[None]
        distance = np.hypot(*offset.transpose(2, 0, 1)) + 1e-12
        np.fill_diagonal(distance, np.inf)
        push = np.maximum(0, apart - distance) / distance / 2
        if not push.any():
            break
        places += (offset * push[..., None]).sum(axis=1)
    return places


def loss_curves(history: Mapping[str, Sequence[float]], name: str, dropout: bool = True) -> Figure:
    """Training and validation loss at each evaluation, and the learning rate under them."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    steps, validation = history["steps"], history["validation"]
    best = int(np.argmin(validation))
    dot = "o" if len(steps) == 1 else ""  # a line of one point is none
    above.plot(
        steps,
        history["train"],
        DASHES[1],
        color=PALETTE[0],
        marker=dot,
        label="training, with dropout" if dropout else "training",
    )
    above.plot(steps, validation, color=PALETTE[1], marker=dot, label="validation")
    above.plot(steps[best], validation[best], "o", color=PALETTE[1], markersize=7)
    above.annotate(
        f"best: {validation[best]:.4f} at step {steps[best]:,}",
        (steps[best], validation[best]),
        xytext=(0, 28),
        textcoords="offset points",
        ha="right" if steps[best] > steps[-1] / 2 else "left",
        arrowprops={"arrowstyle": "-", "color": "0.4"},
    )
    above.margins(y=0.2)
    above.set_ylabel("nats per prediction")
    above.legend(frameon=False)
    above.set_title(f"How {name} learned")
    below.plot(steps, history["learning_rate"], color=PALETTE[2], marker=dot)
    below.set_ylabel("learning rate")
    below.set_ylim(bottom=0)
    below.set_xlabel("step")
    for axes in (above, below):
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def length_chart(
    real: NDArray[np.float64] | None, made: Mapping[str, NDArray[np.float64]], of_list: str = ""
) -> Figure:
    """The share of names of each length: real ones, if given, as bars; each model's as a line."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.add_subplot()
    together = [*made.values()] if real is None else [real, *made.values()]
    longest = max(int(np.flatnonzero(shares > 0.002)[-1]) for shares in together)
    lengths = np.arange(1, longest + 1)
    if real is not None:
        axes.bar(lengths, real[1 : longest + 1], color="0.82", label="real names")
    for at, (name, shares) in enumerate(made.items()):
        axes.plot(
            lengths,
            shares[1 : longest + 1],
            DASHES[at % len(DASHES)],
            color=PALETTE[at % len(PALETTE)],
            marker=MARKERS[(at + at // len(PALETTE)) % len(MARKERS)],
            markersize=4,
            label=name,
        )
    axes.set_xticks(lengths)
    axes.set_xlabel("characters")
    axes.set_ylabel("share of names")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    kinds = "made" if real is None else "real and made"
    axes.set_title(with_list(f"How long names are, {kinds} (temperature 1)", of_list))
    return figure


def strips(model: Model, names: Sequence[str]) -> Figure:
    """Each character's log-probability, and the end's, as one strip of colour per name."""
    rows: list[tuple[Any, list[float]]] = []
    for name in names:
        [score] = model.score([name])
        rows.append((score, model.walker.log_probs(name)[1]))
    widest = max(len(log_probs) for _, log_probs in rows)
    figure = Figure(figsize=(0.62 * widest + 3.6, 0.62 * len(rows) + 0.7), layout="constrained")
    axes = figure.add_subplot()
    grid = np.full((len(rows), widest), np.nan)
    for at, (_, log_probs) in enumerate(rows):
        grid[at, : len(log_probs)] = log_probs
    least = min(-8.0, float(np.nanmin(grid)))
    image = axes.imshow(grid, cmap=HEAT, vmin=least, vmax=0, aspect="auto")
    for at, (score, log_probs) in enumerate(rows):
        for place, (sign, log_prob) in enumerate(
            zip([*score.name, BOUNDARY_SIGN], log_probs, strict=True)
        ):
            colour = legible(image.to_rgba(np.array(log_prob)))
            axes.text(place, at - 0.12, sign, ha="center", va="center", fontsize=13, color=colour)
            axes.text(
                place,
                at + 0.3,
                f"{log_prob:.1f}",
                ha="center",
                va="center",
                fontsize=7,
                color=colour,
            )
    axes.set_yticks(
        range(len(rows)),
        [f"{score.name}\nplausibility {score.plausibility:.3f}" for score, _ in rows],
    )
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(f"What {model.name} makes of each character", fontsize=11)
    figure.colorbar(image, ax=axes, label="log-probability, nats")
    return figure
