"""The pictures of `docs/pictures/`, drawn from what was measured: `python -m guide.pictures`."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.masking import ENDING, mask
from guide import ROOT, svg
from guide.svg import FIRST, INK, SECOND
from namewright import Sampling, load_model
from namewright.reference import Shaped

PICTURES = ROOT / "docs" / "pictures"
NAME = "maria"
SHOWN = 6
ALONE = ", alone"
"""Behind the name of a network that is not compiled."""
ROW = re.compile(r"^\| `([\w-]+)`.*\| ([\d.]+) \|$", re.MULTILINE)


def walk(figure: Figure) -> None:
    """A name through the automaton: what each state predicts, and which character came."""
    automaton = load_model().automaton
    came = [*automaton.alphabet.encode(NAME), 0]
    state = automaton.start
    for i, (axes, token) in enumerate(zip(figure.subplots(1, len(came)), came, strict=True)):
        row = np.exp(automaton.prediction(state))
        best = np.argsort(-row, kind="stable")[:SHOWN]
        characters = [automaton.alphabet.decode([each]) if each else "end" for each in best]
        axes.barh(
            characters, row[best], color=[SECOND if each == token else FIRST for each in best]
        )
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 1], ["0", "1"])
        axes.set_title(f"after “{NAME[:i]}”" if i else "at the start", fontsize=10)
        if token:
            state = automaton.follow(state, token)


def compiling(figure: Figure) -> None:
    """The test loss of one LSTM compiled into so many states, beside models of other kinds."""
    axes = figure.subplots()
    with (PICTURES / "compiling.csv").open() as file:
        rows = [(int(row["states"]), float(row["test"])) for row in csv.DictReader(file)]
    losses = test_losses()
    axes.plot(*zip(*rows, strict=True), "o-", color=FIRST, label="the LSTM, compiled")
    axes.axhline(losses["lstm" + ALONE], color=INK, linewidth=1, linestyle="--")
    label(axes, "the LSTM itself", (300, losses["lstm" + ALONE]), (0, -15))
    for name, states in (("bigram", 27), ("mlp", 19_683), ("ngram", 25_917)):
        axes.plot(states, losses[name], "s", color=SECOND)
        label(axes, name, (states, losses[name]), (7, 3))
    axes.set_ylim(1.87, 2.52)
    axes.set_xscale("log")
    axes.set_xlabel("states")
    axes.set_ylabel("test loss, nats per prediction")
    axes.legend(frameon=False, labelcolor=INK)


def masking(figure: Figure) -> None:
    """How long names are that have to end in lyn: the exact law, and masking."""
    axes = figure.subplots()
    model, rng = load_model(), np.random.default_rng(0)
    shaped = Shaped(model.automaton, Sampling())
    exact = model.sample(1000, seed=0, ends_with=ENDING)
    masked = [mask(shaped, rng) for _ in range(1000)]
    bins = [length - 0.5 for length in range(1, 33)]
    for names, color, what in ((exact, FIRST, "exact"), (masked, SECOND, "masking")):
        axes.hist([len(name) for name in names], bins, color=color, alpha=0.8, label=what)
    axes.set_xlabel(f"characters of a name that ends in {ENDING}")
    axes.set_ylabel("of 1,000 names")
    axes.legend(frameon=False, labelcolor=INK)


def losses(figure: Figure) -> None:
    """The test loss of each model and network of the same list."""
    axes = figure.subplots()
    found = sorted(test_losses().items(), key=lambda each: -each[1])
    for row, (name, loss) in enumerate(found):
        color, mark = (FIRST, "o") if name.endswith(ALONE) else (SECOND, "s")
        axes.plot(loss, row, mark, color=color)
        label(axes, f"{loss:.3f}", (loss, row), (8, -4))
    axes.set_yticks(range(len(found)), [name for name, _ in found])
    axes.grid(axis="y", color=INK, alpha=0.15)
    axes.set_xlim(1.88, 2.52)
    axes.set_xlabel("test loss, nats per prediction")


def label(axes: Axes, text: str, at: tuple[float, float], by: tuple[float, float]) -> None:
    """Write a text so many points from a place."""
    axes.annotate(text, at, by, textcoords="offset points", color=INK)


def test_losses() -> dict[str, float]:
    """Model or network -> its loss, from the tables of the README and of `docs/models.md`."""
    readme = (ROOT / "README.md").read_text().partition("## The models")[2]
    text = (ROOT / "docs" / "models.md").read_text().partition("## The networks, before")[2]
    networks = text.partition("\n## ")[0]
    served = {name: float(loss) for name, loss in ROW.findall(readme)}
    return served | {name + ALONE: float(loss) for name, loss in ROW.findall(networks)}


DRAWN: dict[str, tuple[Callable[[Figure], None], tuple[float, float]]] = {
    "walk": (walk, (9.6, 2.4)),
    "compiling": (compiling, (8, 4)),
    "masking": (masking, (8, 3.2)),
    "losses": (losses, (8, 3.8)),
}
"""Each picture, and its size in inches."""


def write(folder: Path) -> None:
    """Write all pictures into a folder."""
    for name, (onto, size) in DRAWN.items():
        (folder / f"{name}.svg").write_text(svg.draw(onto, size))


if __name__ == "__main__":
    write(PICTURES)
