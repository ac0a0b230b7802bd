"""`namewright score`."""

import json
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from namewright.alphabet import MAX_LENGTH
from namewright.cli.options import AsJson, ModelName, ModelsDir, open_model
from namewright.errors import UnscorableError
from namewright.scoring import Score, describe

HEADINGS = f"{'plausibility':>12}  {'perplexity':>10}  {'log-likelihood':>14}  known"


def score(
    names: Annotated[list[str], typer.Argument(help="Names; - reads lines from standard input.")],
    model: ModelName = None,
    characters: Annotated[
        bool,
        typer.Option("--characters", help="With --json, each prediction's log-probability."),
    ] = False,
    fold: Annotated[
        bool,
        typer.Option(
            help="Whether to romanise characters that the model does not know (--no-fold: an "
            "error), and to leave out apostrophes, hyphens, full stops and spaces."
        ),
    ] = True,
    as_json: AsJson = False,
    models_dir: ModelsDir = None,
) -> None:
    """Say how plausible names are: 0.5 is as typical as the median real name.

    There is one row for each name, in order; one that cannot be scored has the reason in its row,
    and the exit code is 1. A name that begins with a dash comes after --.
    """
    if characters and not as_json:
        raise typer.BadParameter("needs --json", param_hint="--characters")
    opened = open_model(model, models_dir)
    if "-" in names:
        at = names.index("-")
        names[at : at + 1] = read_lines()
    results = opened.score(names, fold=fold)
    if as_json:
        described = [dict(describe(result, characters)) for result in results]
        for index, result in enumerate(described):
            if "error" in result:
                result["error"] |= {"index": index}  # type: ignore[operator]
        digest = opened.checkpoint.digest
        typer.echo(json.dumps({"model": opened.name, "digest": digest, "results": described}))
    else:
        show(names, results)
    if any(isinstance(result, UnscorableError) for result in results):
        raise typer.Exit(1)


def show(names: Sequence[str], results: Sequence[Score | UnscorableError]) -> None:
    """A table: a row for each name."""
    shown = [
        result.name if isinstance(result, Score) else printable(name)
        for name, result in zip(names, results, strict=True)
    ]
    width = max([4, *map(len, shown)])
    typer.echo(f"{'name':{width}}  {HEADINGS}")
    for name, result in zip(shown, results, strict=True):
        if isinstance(result, Score):
            typer.echo(
                f"{name:{width}}  {result.plausibility:12.3f}  {result.perplexity:10.2f}  "
                f"{result.log_likelihood:14.2f}  {'yes' if result.known else 'no'}"
            )
        else:
            typer.echo(f"{name:{width}}  error: {result}")


def printable(name: str) -> str:
    """The beginning of what was typed, as one line can show it."""
    return "".join(c if c.isprintable() else "?" for c in name[:MAX_LENGTH])


def read_lines() -> list[str]:
    """The lines of standard input, blank ones too. Raises UnicodeDecodeError."""
    text = sys.stdin.buffer.read().decode("utf-8-sig")
    lines = text.split("\n")
    return [line.removesuffix("\r") for line in (lines[:-1] if lines[-1] == "" else lines)]
