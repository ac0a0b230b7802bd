"""The `namewright` command.

    namewright generate -n 5 --seed 42
    namewright score emma xqzt
    namewright serve

Exit codes: 0 done; 1 no name found, a name that could not be scored, or output that could not be
written; 2 a parameter, an option or a setting that is not valid; 3 a checkpoint that does not
load, or an address that cannot be listened on; 130 interrupted.
"""

import re
import sys
from typing import Annotated

import typer

from namewright import __version__
from namewright.cli import generate, keys, models, score, serve
from namewright.command_line import INTERRUPTED, Command, Group, fail
from namewright.errors import (
    AddressError,
    CheckpointError,
    ExhaustedError,
    ImpossibleError,
    MemoryLimitError,
    NamewrightError,
    ParameterError,
)
from namewright.parameters import RULES

EXIT_CODES: dict[type[NamewrightError], int] = {
    CheckpointError: 3,
    AddressError: 3,
    MemoryLimitError: 3,
    ExhaustedError: 1,
    ImpossibleError: 1,
}

app = typer.Typer(
    cls=Group,
    rich_markup_mode="markdown",  # a paragraph is one, however its source is broken
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (generate.generate, score.score, models.models, serve.serve):
    app.command(cls=Command)(command)
app.add_typer(keys.app, name="keys")


@app.callback(invoke_without_command=True)
def namewright(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Invent names, and say how plausible a name is.

    Try: namewright generate -n 5 --seed 42

    NAMEWRIGHT_MODELS_DIR names folders with models of your own; NAMEWRIGHT_DEFAULT_MODEL the model
    that answers where none is named (lstm); NAMEWRIGHT_SHIPPED_MODELS=false leaves the shipped ones
    out.
    """
    if version:
        typer.echo(f"namewright {__version__}")


def flag(parameter: str) -> str:
    """What a user types for a parameter."""
    return "-n" if parameter == "n" else f"--{parameter.replace('_', '-')}"


def with_flags(detail: str) -> str:
    """What is wrong with a parameter, with the flags of others that it names."""
    named = "|".join(name for name in RULES if "_" in name)
    return re.sub(rf"\b({named})\b", lambda found: flag(found[0]), detail)


def main() -> None:
    """Run the command line. An error is one line on standard error, and an exit code."""
    try:
        app(prog_name="namewright")
    except ParameterError as error:
        fail(f"{flag(error.parameter)}: {with_flags(error.detail)}", 2)
    except NamewrightError as error:
        fail(error, EXIT_CODES.get(type(error), 2))
    except OSError as error:
        what = error.strerror or str(error)
        fail(f"{error.filename}: {what}" if error.filename else what, 1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
