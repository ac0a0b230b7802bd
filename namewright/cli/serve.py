"""`namewright serve`: hands over to the service, which may not be installed."""

from importlib.metadata import distribution
from typing import Annotated, Any

import typer

from namewright.cli.options import ModelsDir, sources

SERVICE = "namewright.service"
"""The group of entry points that the service is found by: the library does not import it."""


def serve(
    host: Annotated[
        str | None, typer.Option(help="The address to listen on; 127.0.0.1 by default.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="The port, 8000 by default; 0 for any free one."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="How many processes answer, 1 by default."),
    ] = None,
    access_log: Annotated[
        bool | None, typer.Option(help="Whether to log one line per request.")
    ] = None,
    models_dir: ModelsDir = None,
) -> None:
    """Serve names and scores over HTTP, until interrupted.

    What no option says is read from the environment: NAMEWRIGHT_HOST, NAMEWRIGHT_PORT,
    NAMEWRIGHT_WORKERS, NAMEWRIGHT_ACCESS_LOG and the others of docs/operations.md.
    """
    settings = {"host": host, "port": port, "workers": workers, "access_log": access_log}
    find("serve")(sources(models_dir), **settings)


def find(name: str) -> Any:
    """A function of the service. Ends the command with one line where that is not installed."""
    try:  # of this distribution alone: to read those of all that is installed takes longer
        return distribution("namewright").entry_points.select(group=SERVICE)[name].load()
    except (ModuleNotFoundError, KeyError) as error:
        missing = getattr(error, "name", None) or "the service"
        typer.echo(
            f"error: {missing} is not installed; serving needs: pip install 'namewright[service]'",
            err=True,
        )
        raise typer.Exit(2) from None
