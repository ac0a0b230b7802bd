"""What is wrong, in one line, in place of a traceback.

Exit codes, as those of `namewright`: 1 a list or a file is not what it should be, or the training
failed; 2 an option that is not valid; 3 a checkpoint that does not load; 130 interrupted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from namewright import NamewrightError
from namewright.command_line import INTERRUPTED
from namewright.errors import CheckpointError
from training.name_list import DataError

__all__ = ["INTERRUPTED", "fail", "failing_clearly"]


def fail(message: object, code: int = 1) -> NoReturn:
    """One line on standard error, and an exit code."""
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(code)


@contextmanager
def failing_clearly() -> Iterator[None]:
    """Print an expected exception as one line, with its exit code; 130 on an interrupt."""
    try:
        yield
    except CheckpointError as error:
        fail(error, 3)
    except (DataError, NamewrightError, FloatingPointError) as error:
        fail(error)
    except ValueError as error:
        fail(error, 2)
    except OSError as error:
        what = error.strerror or str(error) or type(error).__name__
        fail(f"{error.filename}: {what}" if error.filename else what)
    except KeyboardInterrupt:
        typer.echo("interrupted; nothing was written", err=True)
        raise typer.Exit(INTERRUPTED) from None
