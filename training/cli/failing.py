"""What is wrong, in a line, in place of a traceback; found out now rather than at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer

from namewright import NamewrightError
from training.data import DataError

INTERRUPTED = 130
"""The exit code of what Ctrl-C ended: 128 and the number of the signal."""


def fail(message: object) -> NoReturn:
    """One line on standard error, and exit code 1."""
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(1)


@contextmanager
def failing_clearly() -> Iterator[None]:
    """An exception that was meant to be raised becomes a line; an interrupt, exit code 130."""
    try:
        yield
    except (DataError, NamewrightError, ValueError, FloatingPointError) as error:
        fail(error)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}")
    except KeyboardInterrupt:
        typer.echo("interrupted; nothing was written", err=True)
        raise typer.Exit(INTERRUPTED) from None


def check_output(output: Path) -> None:
    """Raise DataError if a checkpoint could not be written there."""
    if not output.parent.is_dir():
        raise DataError(f"{output.parent}: there is no such directory to write {output.name} in")
    if output.suffix != ".safetensors" or (output.exists() and not output.is_file()):
        raise DataError(f"{output}: should be a file NAME.safetensors; NAME is the model's")
    if not os.access(output.parent, os.W_OK):
        raise DataError(f"{output.parent}: cannot be written to")
