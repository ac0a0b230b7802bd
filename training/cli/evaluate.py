"""`python -m training evaluate`."""

import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from namewright import Model, UnscorableError
from namewright.checkpoint import Checkpoint
from training.cli.failing import failing_clearly
from training.cli.options import DEFAULT_DATA, SPLIT, Data
from training.cli.progress import progress_bar
from training.data import DataError, Split, SplitName, digest, read_names, split
from training.evaluate import GENERATED, TEMPERATURES, invention, losses
from training.teacher import AutomatonTeacher, load_any, teacher_of

COLUMNS = ("known", "real", "found", "unique", "lengths")


def evaluate(
    checkpoints: Annotated[
        list[Path], typer.Argument(metavar="CHECKPOINT...", help="Checkpoints, NAME.safetensors.")
    ],
    data: Data = DEFAULT_DATA,
    how: Annotated[
        SplitName | None,
        typer.Option("--split", help=SPLIT + " By default, as each was trained."),
    ] = None,
    names: Annotated[
        int, typer.Option(min=0, max=10**7, help="How many to make at each temperature; 0: none.")
    ] = GENERATED,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON in place of the tables.")
    ] = False,
) -> None:
    """Measure models: their loss on each part of a list of names, and what their names are like.

    Loss is in nats per prediction, less is better; the end of a name counts as one. Of the names
    made at each temperature: known, the share that it was trained on; real, the share that are
    held-out names, which are real and which it never saw; unique, the share that are different.
    found is the share of the held-out names that it made, and lengths how far the lengths are
    from the data's (total variation, 0 to 1). A network that is not compiled makes no names here.
    """
    with failing_clearly():
        listed = read_names(data)
        divided = cache(lambda how: split(listed, how))
        loaded = {path: load_any(path) for path in checkpoints}
        found = {}
        warn_of_names_seen(loaded, data, how)
        with progress_bar() as progress:
            task = progress.add_task("measuring", total=len(checkpoints))
            for path, checkpoint in loaded.items():
                parts = divided(how or checkpoint.data.get("split", "hash"))
                found[str(path)] = measure(checkpoint, path, parts, data, names)
                progress.advance(task)
    if as_json:
        typer.echo(json.dumps(found))
    else:
        show(found)


def warn_of_names_seen(loaded: dict[Path, Checkpoint], data: Path, how: SplitName | None) -> None:
    """On standard error: which losses are not those of names that a model never saw."""
    listed = digest(data)
    for path, checkpoint in loaded.items():
        learned = checkpoint.data
        if learned.get("sha256") != listed:
            typer.echo(
                f"warning: {path} learned from another list than {data}: what that divides into "
                "train, validation and test, it may have seen or not",
                err=True,
            )
        elif how not in (None, learned.get("split")):
            typer.echo(
                f"warning: {path} was trained on the {learned.get('split')} split: it has seen "
                f"most of the validation and test names of the {how} split",
                err=True,
            )


def measure(
    checkpoint: Checkpoint, path: Path, parts: Split, data: Path, names: int
) -> dict[str, Any]:
    """A checkpoint's losses, and where it is an automaton, its inventions."""
    teacher = teacher_of(checkpoint)
    try:
        measured: dict[str, Any] = dict(losses(teacher, parts))
    except UnscorableError as error:
        raise DataError(f"{data}: has a name that {path} cannot score: {error}") from error
    if isinstance(teacher, AutomatonTeacher) and names:
        model = Model(path.stem, checkpoint, teacher.walker)
        inventions = (invention(model, parts, each, names) for each in TEMPERATURES)
        measured["inventions"] = [each._asdict() for each in inventions]
    return measured


def show(found: dict[str, dict[str, Any]]) -> None:
    """Two tables, in Markdown."""
    console = Console()
    table = Table("model", box=box.MARKDOWN)
    for side in ("train", "validation", "test"):
        table.add_column(side, justify="right")
    for path, measured in found.items():
        row = (f"{measured[side]:.4f}" for side in ("train", "validation", "test"))
        table.add_row(Path(path).stem, *row)
    console.print(table)
    table = Table("model", box=box.MARKDOWN)
    for column in ("temperature", *COLUMNS):
        table.add_column(column, justify="right")
    for path, measured in found.items():
        for each in measured.get("inventions", ()):
            shares = (f"{each[column]:.3f}" for column in COLUMNS)
            table.add_row(Path(path).stem, f"{each['temperature']:.1f}", *shares)
    if table.row_count:
        console.print(table)
