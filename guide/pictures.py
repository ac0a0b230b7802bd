"""The pictures of `docs/pictures/`, drawn from what was measured: `python -m guide.pictures`.

They are SVG, with text as text. Their colours follow the reader's system, light or dark, by a style
that each has in it; so each has its own background, and is legible wherever it stands.
"""

import csv
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.masking import ENDING, mask
from guide import ROOT
from namewright import Sampling, load_model
from namewright.reference import Shaped

PICTURES = ROOT / "docs" / "pictures"
INK, PAPER, FIRST, SECOND = "#010203", "#fdfcfb", "#010204", "#010205"
"""Colours that stand for those below, which the style chooses."""
STYLE = """<style>
svg { --ink: #24292f; --paper: #ffffff; --first: #3b5bdb; --second: #d9480f; }
@media (prefers-color-scheme: dark) {
  svg { --ink: #d7dae0; --paper: #1c1e24; --first: #91a7ff; --second: #ffa94d; }
}
</style>"""
VARIABLES = {INK: "--ink", PAPER: "--paper", FIRST: "--first", SECOND: "--second"}
SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "namewright",
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": PAPER,
    "axes.facecolor": "none",
    **{
        f"{part}color": INK
        for part in ("text.", "axes.edge", "axes.label", "xtick.", "ytick.", "axes.title")
    },
}
MARIA = "maria"
SHOWN = 6


def walk(figure: Figure) -> None:
    """A name through the automaton: what each state predicts, and which character came."""
    automaton = load_model().automaton
    states, tokens = [automaton.start], automaton.alphabet.encode(MARIA)
    for token in tokens:
        states.append(automaton.follow(states[-1], token))
    for i, (axes, state) in enumerate(zip(figure.subplots(1, len(states)), states, strict=True)):
        row = np.exp(automaton.prediction(state))
        best = np.argsort(-row, kind="stable")[:SHOWN]
        came = tokens[i] if i < len(tokens) else 0
        characters = ["end" if token == 0 else automaton.alphabet.decode([token]) for token in best]
        colors = [SECOND if token == came else FIRST for token in best]
        axes.barh(characters, row[best], color=colors)
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 1], ["0", "1"])
        axes.set_title(f"after “{MARIA[:i]}”" if i else "at the start", fontsize=10)


def compiling(axes: Axes) -> None:
    """The test loss of one LSTM compiled into so many states, beside models of other kinds."""
    with (PICTURES / "compiling.csv").open() as file:
        rows = [(int(row["states"]), float(row["test"])) for row in csv.DictReader(file)]
    losses = test_losses()
    axes.plot(*zip(*rows, strict=True), "o-", color=FIRST, label="the LSTM, compiled")
    axes.axhline(losses["lstm, alone"], color=INK, linewidth=1, linestyle="--")
    axes.annotate("the LSTM itself", (300, losses["lstm, alone"]), (0, -15), **OFFSET)
    for name, states in (("bigram", 27), ("mlp", 19_683), ("ngram", 25_917)):
        axes.plot(states, losses[name], "s", color=SECOND)
        axes.annotate(name, (states, losses[name]), (7, 3), **OFFSET)
    axes.set_ylim(1.87, 2.52)
    axes.set_xscale("log")
    axes.set_xlabel("states")
    axes.set_ylabel("test loss, nats per prediction")
    axes.legend(frameon=False, labelcolor=INK)


OFFSET = {"textcoords": "offset points", "color": INK}


def masking(axes: Axes) -> None:
    """How long names are that have to end in lyn: the exact law, and masking."""
    model, rng = load_model(), np.random.default_rng(0)
    shaped = Shaped(model.automaton, Sampling())
    exact = model.sample(1000, seed=0, ends_with=ENDING)
    masked = [mask(shaped, rng) for _ in range(1000)]
    bins = np.arange(0.5, 32)
    for names, color, label in ((exact, FIRST, "exact"), (masked, SECOND, "masking")):
        axes.hist([len(name) for name in names], bins, color=color, alpha=0.8, label=label)
    axes.set_xlabel(f"characters of a name that ends in {ENDING}")
    axes.set_ylabel("of 1,000 names")
    axes.legend(frameon=False, labelcolor=INK)


def losses(axes: Axes) -> None:
    """The test loss of each model and network of the same list."""
    found = sorted(test_losses().items(), key=lambda each: -each[1])
    for row, (name, loss) in enumerate(found):
        color, mark = (FIRST, "o") if name.endswith(ALONE) else (SECOND, "s")
        axes.plot(loss, row, mark, color=color)
        axes.annotate(f"{loss:.3f}", (loss, row), (8, -4), **OFFSET)
    axes.set_yticks(range(len(found)), [name for name, _ in found])
    axes.grid(axis="y", color=INK, alpha=0.15)
    axes.set_xlim(1.88, 2.52)
    axes.set_xlabel("test loss, nats per prediction")


ALONE = ", alone"


def test_losses() -> dict[str, float]:
    """Model or network -> its loss, from the tables of the README and of `docs/models.md`.

    A network that is not compiled is `NAME, alone`.
    """
    found: dict[str, float] = {}
    readme = (ROOT / "README.md").read_text().partition("## The models")[2]
    for name, loss in re.findall(r"^\| `([\w-]+)`.*\| ([\d.]+) \|$", readme, re.MULTILINE):
        found[name] = float(loss)
    text = (ROOT / "docs" / "models.md").read_text()
    networks = text.partition("## The networks, before")[2].partition("\n## ")[0]
    for name, loss in re.findall(r"^\| `([\w-]+)`.*\| ([\d.]+) \|$", networks, re.MULTILINE):
        found[f"{name}{ALONE}"] = float(loss)
    return found


DRAWN: dict[str, tuple[Callable[[Axes], None] | None, tuple[float, float]]] = {
    "walk": (None, (9.6, 2.4)),
    "compiling": (compiling, (8, 4)),
    "masking": (masking, (8, 3.2)),
    "losses": (losses, (8, 3.8)),
}


def draw(name: str) -> str:
    """A picture, as SVG. It is the same at each time."""
    axes, size = DRAWN[name]
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=size, layout="constrained")
        if axes is None:
            walk(figure)
        else:
            axes(figure.subplots())
        output = StringIO()
        figure.savefig(output, format="svg", metadata={"Date": None, "Creator": None})
    text = output.getvalue()
    for color, variable in VARIABLES.items():
        text = text.replace(color, f"var({variable})")
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return re.sub(r"<defs>", f"{STYLE}\n <defs>", text, count=1)


def write(folder: Path) -> None:
    """Write all pictures into a folder."""
    for name in DRAWN:
        (folder / f"{name}.svg").write_text(draw(name))


if __name__ == "__main__":
    write(PICTURES)
