"""`python -m training detect`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from namewright.model import read_model
from training.cli.failing import failing_clearly
from training.data import split
from training.detection import ENOUGH, LONG, THRESHOLD, Detection, Judged, by_locale, detect, judge
from training.name_list import read_list

DEFAULT = Path("data/world.txt")
WORST = 5


def detect_non_names(
    checkpoints: Annotated[
        list[Path], typer.Argument(metavar="CHECKPOINT...", help="Checkpoints that are served.")
    ],
    data: Annotated[
        Path,
        typer.Option("--data", help="The names, one per line, with locales or without."),
    ] = DEFAULT,
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="Below this plausibility a name is doubted.")
    ] = THRESHOLD,
    seed: Annotated[int, typer.Option(min=0, help="Of the non-names.")] = 0,
    picture: Annotated[
        Path | None, typer.Option(help="Draw the first checkpoint's in a file: .png, .svg, .pdf.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON in place of the tables.")
    ] = False,
) -> None:
    """Measure how well plausibility tells names from keyboard walks and the like.

    The real names are the held-out ones of the hash split, which no shipped model of that list was
    trained on. For each there is a non-name of the same length: uniform letters, a walk over the
    keyboard, its own letters shuffled. area is how often the real one of a pair is the more
    plausible; found, the share of non-names below the threshold; false alarms, of real names.
    """
    with failing_clearly():
        listed = read_list(data)
        parts = split(listed.names, "hash")
        judged = {
            str(path): judge(read_model(path), parts.held_out, listed.locales, seed)
            for path in checkpoints
        }
        found = {path: detect(each, threshold) for path, each in judged.items()}
        if picture is not None:
            draw(judged[str(checkpoints[0])], checkpoints[0].stem, threshold, picture)
    if as_json:
        typer.echo(json.dumps({path: each._asdict() for path, each in found.items()}))
    else:
        show(found, threshold)


def draw(judged: Judged, name: str, threshold: float, path: Path) -> None:
    """Write the picture. Raises ValueError for a kind of file that there is not."""
    from training.detection_picture import detection_picture

    detection_picture(judged, name, threshold).savefig(path, dpi=110)


def show(found: dict[str, Detection], threshold: float) -> None:
    """Two tables, in Markdown: non-names, and real names by locale."""
    console = Console()
    table = Table("model", "non-names", box=box.MARKDOWN)
    for column in ("area", "area by mean", f"found below {threshold:g}"):
        table.add_column(column, justify="right")
    for path, each in found.items():
        for kind in each.areas:
            figures = (each.areas[kind], each.by_mean[kind], each.found[kind])
            table.add_row(Path(path).stem, kind, *(f"{figure:.4f}" for figure in figures))
        table.add_row(
            Path(path).stem, f"keyboard, {LONG} letters or more", "", "", f"{each.walks:.4f}"
        )
    console.print(table)
    table = Table("model", "real names", box=box.MARKDOWN)
    table.add_column(f"false alarms below {threshold:g}", justify="right")
    for path, each in found.items():
        shares = by_locale(each.false_alarms)
        table.add_row(Path(path).stem, "all", f"{each.false_alarms['']:.4f}")
        if shares:
            mean = sum(shares.values()) / len(shares)
            of = f"mean of {len(shares)} locales with {ENOUGH} names or more"
            table.add_row(Path(path).stem, of, f"{mean:.4f}")
        for locale in sorted(shares, key=shares.__getitem__, reverse=True)[:WORST]:
            table.add_row(Path(path).stem, locale, f"{shares[locale]:.4f}")
    console.print(table)
