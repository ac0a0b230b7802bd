"""`namewright score`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from namewright.alphabet import MAX_LENGTH
from namewright.cli.options import AsJson, ModelName, ModelsDir, open_model
from namewright.comparison import MOST, compare
from namewright.errors import UnscorableError
from namewright.joined import AnyModel
from namewright.score import Score, describe

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
    if models is None:
        opened = open_model(model, models_dir)
        scores = opened.score(names, fold=fold)
        results = [dict(describe(score, characters)) for score in scores]
        answer = {"model": opened.name, "digest": opened.digest, "results": results}
    else:
        several = open_several(models, model, models_dir)
        results = [dict(each) for each in compare(several, names, fold=fold, characters=characters)]
        listed = [{"model": each.name, "digest": each.digest} for each in several]
        answer = {"models": listed, "results": results}
    if as_json:
        for index, result in enumerate(results):
            if "error" in result:
                result["error"] |= {"index": index}  # type: ignore[operator]
        typer.echo(json.dumps(answer))
    elif models is None:
        show(names, scores)
    else:
        show_comparisons(names, results, [each.name for each in several])
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


def show_comparisons(
    names: Sequence[str], results: Sequence[dict[str, Any]], models: Sequence[str]
) -> None:
    """A table: a row for each name, a column for each model."""
    shown = [printable(name) for name in names]
    width = max([4, *map(len, shown)])
    columns = "  ".join(f"{model:>8}" for model in models)
    longest = max(map(len, models))
    typer.echo(f"{'name':{width}}  {'likeliest':{max(9, longest)}}  {columns}")
    for name, result in zip(shown, results, strict=True):
        if "error" in result:
            typer.echo(f"{name:{width}}  error: {result['error']['detail']}")
            continue
        shares = "  ".join(
            f"{result['posterior'][model]:{max(8, len(model))}.3f}" for model in models
        )
        typer.echo(f"{name:{width}}  {result['likeliest']:{max(9, longest)}}  {shares}")


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
