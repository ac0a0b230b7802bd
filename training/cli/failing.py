"""What is wrong, in one line, in place of a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
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
    """Print an expected exception as one line, with exit code 1; exit with 130 on an interrupt."""
    try:
        yield
    except (DataError, NamewrightError, ValueError, FloatingPointError) as error:
        fail(error)
    except OSError as error:
        what = error.strerror or str(error) or type(error).__name__
        fail(f"{error.filename}: {what}" if error.filename else what)
    except KeyboardInterrupt:
        typer.echo("interrupted; nothing was written", err=True)
        raise typer.Exit(INTERRUPTED) from None
