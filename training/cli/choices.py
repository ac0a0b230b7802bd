"""What commands and groups of commands are; a command may be imported when it is asked for."""

from importlib import import_module
from typing import Any

import typer

from namewright.command_line import Command, Group

DEFERRED = {"sweep": ("training.cli.sweep", "sweep")}
"""Commands whose modules take long to import: where each is. What stands for it has its help."""


class Commands(Group):
    """A group of commands, or of architectures."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As Typer's; a deferred command is imported here."""
        name, command, rest = super().resolve_command(ctx, args)
        if name in DEFERRED:
            module, function = DEFERRED[name]
            alone = typer.Typer(rich_markup_mode="markdown", add_completion=False)
            alone.command(name, cls=Command)(getattr(import_module(module), function))
            command = typer.main.get_command(alone)
        return name, command, rest


def sub(help_text: str) -> typer.Typer:
    """A group of commands within another."""
    return typer.Typer(
        help=help_text, cls=Commands, no_args_is_help=True, rich_markup_mode="markdown"
    )
