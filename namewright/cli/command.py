"""What every command of `namewright` is: a Typer command whose help shows no type for a flag."""

from typing import Any

from typer.core import TyperCommand, TyperGroup


def without_type(option: Any) -> Any:
    """A flag that takes no value, and so shows none."""
    if option is not None:
        option.metavar = ""
    return option


class Command(TyperCommand):
    """A command."""

    def get_help_option(self, ctx: Any) -> Any:
        """As Typer's, without a type."""
        return without_type(super().get_help_option(ctx))


class Group(TyperGroup):
    """The command that the others are part of."""

    def get_help_option(self, ctx: Any) -> Any:
        """As Typer's, without a type."""
        return without_type(super().get_help_option(ctx))
