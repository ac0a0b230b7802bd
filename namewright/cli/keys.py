"""`namewright keys`: keys for the service, which may not be installed."""

from typing import Annotated

import typer

from namewright.cli.serve import find
from namewright.command_line import Command, Group
from namewright.errors import ParameterError

app = typer.Typer(cls=Group, no_args_is_help=True)


@app.callback()
def keys() -> None:
    """Make keys for a service that asks for them."""


@app.command(cls=Command)
def new(
    name: Annotated[str, typer.Argument(help="Whose key it is; the log of the service has it.")],
) -> None:
    """Make a key; its line for the file of keys is printed on standard output.

    The key itself is printed on standard error, this once, and kept nowhere. The file is the one
    that NAMEWRIGHT_API_KEYS_FILE names:

    namewright keys new alice >> keys.txt
    """
    try:
        key, line = find("new_key")(name)
    except ParameterError as error:
        raise typer.BadParameter(error.detail, param_hint="NAME") from None
    typer.echo(f"The key of {name}: {key}", err=True)
    typer.echo(line)
