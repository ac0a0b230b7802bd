"""`namewright score`."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from namewright.alphabet import MAX_LENGTH
from namewright.cli.options import AsJson, ModelName, ModelsDir, open_model
from namewright.comparison import MOST, compare
from namewright.joined import AnyModel
from namewright.score import describe


class Column(NamedTuple):
    """A column of a table of results: what is above it, how it is aligned, what is in it."""

    heading: str
    align: str
    cell: Callable[[dict[str, Any]], str]

    def cells(self, results: Sequence[dict[str, Any]]) -> list[str]:
        """The heading, and a cell for each result, all as wide; none of one without a score."""
        texts = ["" if "error" in result else self.cell(result) for result in results]
        width = max(map(len, [self.heading, *texts]))
        return [f"{text:{self.align}{width}}" for text in (self.heading, *texts)]


SCORES = (
    Column("plausibility", ">", lambda result: f"{result['plausibility']:.3f}"),
    Column("perplexity", ">", lambda result: f"{result['perplexity']:.2f}"),
    Column("log-likelihood", ">", lambda result: f"{result['log_likelihood']:.2f}"),
    Column("known", "<", lambda result: "yes" if result["known"] else "no"),
)
LIKELIEST = Column("likeliest", "<", lambda result: str(result["likeliest"]))


def posterior_of(model: str) -> Column:
    """The column of one of several models."""
    return Column(model, ">", lambda result: f"{result['posterior'][model]:.3f}")


def score(
    names: Annotated[list[str], typer.Argument(help="Names; - reads lines from standard input.")],
    model: ModelName = None,
    characters: Annotated[
        bool,
        typer.Option("--characters", help="With --json, each prediction's log-probability."),
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="What the model expected at each place of a name; letters are green, yellow or "
            "red by how much less likely they are than the likeliest.",
        ),
    ] = False,
    fold: Annotated[
        bool,
        typer.Option(
            help="Whether to romanise characters that the model does not know (--no-fold: an "
            "error), and to leave out apostrophes, hyphens, full stops and spaces."
        ),
    ] = True,
    models: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL,MODEL",
            help="Several in place of one: which of them finds each name likeliest.",
        ),
    ] = None,
    as_json: AsJson = False,
    models_dir: ModelsDir = None,
) -> None:
    """Say how plausible names are: 0.5 is as typical as the median real name.

    There is one row for each name, in order; one that cannot be scored has the reason in its row,
    and the exit code is 1. A name that begins with a dash comes after --.
    """
    if characters and not as_json:
        raise typer.BadParameter("needs --json", param_hint="--characters")
    if "-" in names:
        at = names.index("-")
        names[at : at + 1] = read_lines()
    results: list[dict[str, Any]]
    if models is None:
        opened = open_model(model, models_dir)
        scores = opened.score(names, fold=fold, explain=explain)
        results = [dict(describe(score, characters)) for score in scores]
        answer = {"model": opened.name, "digest": opened.digest, "results": results}
        columns: tuple[Column, ...] = SCORES
    else:
        several = open_several(models, model, models_dir)
        compared = compare(several, names, fold=fold, characters=characters, explain=explain)
        results = [dict(comparison) for comparison in compared]
        listed = [{"model": each.name, "digest": each.digest} for each in several]
        answer = {"models": listed, "results": results}
        columns = (LIKELIEST, *(posterior_of(each.name) for each in several))
    if as_json:
        for index, result in enumerate(results):
            if "error" in result:
                result["error"] |= {"index": index}
        typer.echo(json.dumps(answer))
    else:
        show(names, results, columns)
        if explain:
            # Rich takes time to load, and most tables do without.
            from namewright.cli import explanation  # noqa: PLC0415

            explanation.show(results)
    if any("error" in result for result in results):
        raise typer.Exit(1)


def open_several(listed: str, model: str | None, models_dir: list[Path] | None) -> list[AnyModel]:
    """The models of a list with commas."""
    names = listed.split(",")
    if model is not None:
        raise typer.BadParameter("stands in place of --model", param_hint="--models")
    if not 2 <= len(set(names)) == len(names) <= MOST:
        raise typer.BadParameter(
            f"should name 2 to {MOST} different models, as girls,boys", param_hint="--models"
        )
    return [open_model(name, models_dir) for name in names]


def show(
    names: Sequence[str], results: Sequence[dict[str, Any]], columns: Sequence[Column]
) -> None:
    """A table: a row for each name, with the reason in it where there is no score."""
    shown = ["name", *map(name_of, names, results)]
    width = max(map(len, shown))
    faults = [None, *(result.get("error") for result in results)]
    rows = zip(*(column.cells(results) for column in columns), strict=True)
    for name, fault, cells in zip(shown, faults, rows, strict=True):
        rest = f"error: {fault['detail']}" if fault else "  ".join(cells).rstrip()
        typer.echo(f"{name:{width}}  {rest}")


def name_of(typed: str, result: dict[str, Any]) -> str:
    """What a row calls a name: as it was scored, or as it was typed."""
    return result["name"] if "name" in result else printable(typed)


def printable(name: str) -> str:
    """The beginning of what was typed, as one line can show it."""
    return "".join(c if c.isprintable() else "?" for c in name[:MAX_LENGTH])


def read_lines() -> list[str]:
    """The lines of standard input, blank ones too. Raises UnicodeDecodeError."""
    text = sys.stdin.buffer.read().decode("utf-8-sig")
    lines = text.split("\n")
    return [line.removesuffix("\r") for line in (lines[:-1] if lines[-1] == "" else lines)]
