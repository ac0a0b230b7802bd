"""`namewright score`."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import typer

from namewright.alphabet import MAX_LENGTH
from namewright.cli.options import AsJson, ModelName, ModelsDir, open_model
from namewright.comparison import MOST, compare
from namewright.formats import FORMATS, WITH_COLUMNS
from namewright.joined import AnyModel
from namewright.readers import read_names
from namewright.score import describe
from namewright.writers import ScoreWriter

BATCH = 1_000
"""Names between two writes to standard output."""

RowFormat: Any = Annotated[
    Literal[WITH_COLUMNS] | None,
    typer.Option("--format", help="Rows for programs, with every column, in place of a table."),
]


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
    row_format: RowFormat = None,
    csv: Annotated[
        bool,
        typer.Option(
            "--csv",
            help="Standard input is CSV: names are in its column `name`, or else in its first.",
        ),
    ] = False,
    column: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="With --csv, the column that has this heading."),
    ] = None,
    models_dir: ModelsDir = None,
) -> None:
    """Say how plausible names are: 0.5 is as typical as the median real name.

    There is one row for each name, in order; one that cannot be scored has the reason in its row,
    and the exit code is 1. A name that begins with a dash comes after --. With --format, rows are
    written as lines are read, however many:

    namewright score - --csv --format csv < people.csv > scores.csv
    """
    if characters and not as_json:
        raise typer.BadParameter("needs --json", param_hint="--characters")
    check_reading(names, csv, column)
    if row_format is not None:
        if models is not None or explain or as_json:
            raise typer.BadParameter("is for scores of one model", param_hint="--format")
        write_rows(
            ScoreWriter(open_model(model, models_dir), FORMATS[row_format], fold=fold),
            typed(names, csv, column),
        )
        return
    names = list(typed(names, csv, column))
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


def check_reading(names: Sequence[str], is_csv: bool, heading: str | None) -> None:
    """Refuse an option of what is read where nothing of the kind is."""
    if is_csv and "-" not in names:
        raise typer.BadParameter("needs - for standard input", param_hint="--csv")
    if heading is not None and not is_csv:
        raise typer.BadParameter("needs --csv", param_hint="--column")


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


def typed(names: Sequence[str], is_csv: bool, heading: str | None) -> Iterator[str]:
    """The names, with those of standard input in the place of the first dash."""
    at = names.index("-") if "-" in names else len(names)
    yield from names[:at]
    if at < len(names):
        yield from read_names(sys.stdin.buffer, is_csv=is_csv, heading=heading)
        yield from names[at + 1 :]


def write_rows(writer: ScoreWriter, names: Iterator[str]) -> None:
    """A row for each name, on standard output. The exit code is 1 where one has no score."""
    sys.stdout.buffer.write(writer.head())
    while part := list(islice(names, BATCH)):
        sys.stdout.buffer.write(writer.rows(part))
    if writer.failures:
        raise typer.Exit(1)
