"""`python -m training evaluate`."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from namewright import Model
from namewright.checkpoint import Checkpoint
from namewright.errors import CheckpointError
from training.automaton_teacher import AutomatonTeacher
from training.checkpoints import load_any, teacher_of
from training.cli.failing import failing_clearly
from training.cli.options import DEFAULT_DATA, SPLIT, Data
from training.cli.progress import progress_bar
from training.data import Split, SplitName, split
from training.evaluate import GENERATED, TEMPERATURES, losses, novelty
from training.name_list import digest, read_names

SHOWN = 5
"""Of the characters that a model lacks."""
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
        bool,
        typer.Option("--json", help="Print a line of JSON in place of the tables."),
    ] = False,
) -> None:
    """Measure models: their loss on each part of a list of names, and how new their names are.

    Loss is in nats per prediction, less is better; the end of a name counts as one. Of the names
    made at each temperature: known, the share that it was trained on; real, the share that are
    held-out names, which are real and which it never saw; unique, the share that are different.
    found is the share of the held-out names that it made, and lengths how far the lengths are
    from the data's (total variation, 0 to 1). A network that is not compiled makes no names here.
    """
    with failing_clearly():
        listed = read_names(data)
        divided = cache(lambda how: split(listed, how))
        loaded, code = load_those_that_spell(checkpoints, listed, data)
        if not loaded:
            raise typer.Exit(code)
        found = {}
        warn_of_names_seen(loaded, data, how)
        with progress_bar() as progress:
            task = progress.add_task("measuring", total=len(loaded))
            for path, checkpoint in loaded.items():
                parts = divided(how or checkpoint.data.get("split", "hash"))
                found[str(path)] = measure(checkpoint, path, parts, names)
                progress.advance(task)
    if as_json:
        typer.echo(json.dumps(found))
    else:
        show(found)
    if code:
        raise typer.Exit(code)


def load_those_that_spell(
    paths: Sequence[Path], listed: Sequence[str], data: Path
) -> tuple[dict[Path, Checkpoint], int]:
    """The checkpoints that can be measured on a list; what is wrong with each other one is said.

    And the exit code: 3 if one does not load, 1 if one cannot spell the list.
    """
    characters = set().union(*listed)
    loaded = {}
    code = 0
    for path in paths:
        try:
            checkpoint = load_any(path)
        except CheckpointError as error:
            typer.echo(f"error: {error}", err=True)
            code = 3
            continue
        unknown = sorted(characters.difference(checkpoint.alphabet.characters))
        if unknown:
            shown = ", ".join(map(repr, unknown[:SHOWN])) + ", ..." * (len(unknown) > SHOWN)
            typer.echo(
                f"error: {path}: cannot score {data}, which has {len(unknown)} characters that are "
                f"not in the model's alphabet: {shown}",
                err=True,
            )
            code = code or 1
        else:
            loaded[path] = checkpoint
    return loaded, code


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


def measure(checkpoint: Checkpoint, path: Path, parts: Split, names: int) -> dict[str, Any]:
    """A checkpoint's losses, and where it is an automaton, how new its names are."""
    teacher = teacher_of(checkpoint)
    measured: dict[str, Any] = dict(losses(teacher, parts))
    if isinstance(teacher, AutomatonTeacher) and names:
        model = Model(path.stem, checkpoint, teacher.walker)
        found = (novelty(model, parts, each, names) for each in TEMPERATURES)
        measured["novelty"] = [each._asdict() for each in found]
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
        for each in measured.get("novelty", ()):
            shares = (f"{each[column]:.3f}" for column in COLUMNS)
            table.add_row(Path(path).stem, f"{each['temperature']:.1f}", *shares)
    if table.row_count:
        console.print(table)
