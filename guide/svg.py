"""A figure as SVG whose colours follow the reader's system, light or dark.

What is drawn has colours that stand for others; a style in the file chooses which. Each picture has
a background of its own, so it is legible wherever it stands, and its text is text.
"""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import matplotlib
from matplotlib.figure import Figure

INK, PAPER, FIRST, SECOND = "#010203", "#fdfcfb", "#010204", "#010205"
VARIABLES = {INK: "--ink", PAPER: "--paper", FIRST: "--first", SECOND: "--second"}
STYLE = """<style>
svg { --ink: #24292f; --paper: #ffffff; --first: #3b5bdb; --second: #d9480f; }
@media (prefers-color-scheme: dark) {
  svg { --ink: #d7dae0; --paper: #1c1e24; --first: #91a7ff; --second: #ffa94d; }
}
</style>"""
COLORED = ("text.", "axes.edge", "axes.label", "xtick.", "ytick.", "axes.title")
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "namewright",
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": PAPER,
    "axes.facecolor": "none",
    **{f"{part}color": INK for part in COLORED},
}


def draw(onto: Callable[[Figure], None], size: tuple[float, float]) -> str:
    """A picture of so many inches, as SVG; the same at each time."""
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=size, layout="constrained")
        onto(figure)
        output = StringIO()
        figure.savefig(output, format="svg", metadata={"Date": None, "Creator": None})
    text = output.getvalue()
    for color, variable in VARIABLES.items():
        text = text.replace(color, f"var({variable})")
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    return text.replace("<defs>", f"{STYLE}\n <defs>", 1)
