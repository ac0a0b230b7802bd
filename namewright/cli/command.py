"""What every command of `namewright` is: a Typer command whose help shows no type for a flag."""

from typing import Any

from typer.core import TyperCommand, TyperGroup


def without_types(options: list[Any]) -> list[Any]:
    """Options, of which those that take no value show none."""
    for option in options:
        if getattr(option, "is_flag", False):
            option.metavar = ""
    return options


class Command(TyperCommand):
    """A command."""

    def get_params(self, ctx: Any) -> Any:
        """As Typer's, flags without a type."""
        return without_types(super().get_params(ctx))


class Group(TyperGroup):
    """The command that the others are part of."""

    def get_params(self, ctx: Any) -> Any:
        """As Typer's, flags without a type."""
        return without_types(super().get_params(ctx))
