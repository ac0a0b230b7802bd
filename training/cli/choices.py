"""What does not exist is answered with what does: commands, architectures, options."""

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException


def without_types(options: list[Any]) -> list[Any]:
    """Options, of which those that take no value show no type in the help."""
    for option in options:
        if getattr(option, "is_flag", False):
            option.metavar = ""
    return options


class Commands(TyperGroup):
    """A group of commands, or of architectures."""

    def get_params(self, ctx: Any) -> Any:
        """As Typer's, flags without a type."""
        return without_types(super().get_params(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As Typer's; for a name that is none of its commands, an error that lists them."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            ctx.fail(f"there is no such choice; there are: {', '.join(self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


class Options(TyperCommand):
    """A command."""

    def get_params(self, ctx: Any) -> Any:
        """As Typer's, flags without a type."""
        return without_types(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As Typer's; for an option that there is not, an error that lists those there are."""
        try:
            return super().parse_args(ctx, args)
        except TyperException as error:
            if hasattr(error, "possibilities"):
                error.possibilities = [each.opts[0] for each in self.params if "-" in each.opts[0]]
            raise


def sub(help_text: str) -> typer.Typer:
    """A group of commands within another."""
    return typer.Typer(
        help=help_text, cls=Commands, no_args_is_help=True, rich_markup_mode="markdown"
    )
