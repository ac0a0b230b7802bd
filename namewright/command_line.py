"""What both commands share, `namewright` and `python -m training`: errors in one line.

An error is `error: ` and what would be right, on standard error, whether Typer found it or the
library did. Help shows no type for a flag.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

INTERRUPTED = 130
"""The exit code of what Ctrl-C ended: 128 and the number of the signal."""

WORDS = (
    (r"^(Input|Value error,) ", ""),
    (r"^'.*' is not one of ", "should be one of "),
    (r"should be a valid integer.*", "should be a whole number"),
    (r"should be a valid number.*", "should be a number"),
    (r"greater than or equal to (\S+)", r"\1 or more"),
    (r"less than or equal to (\S+)", r"at most \1"),
    (r"greater than (\S+)", r"above \1"),
    (r"^Got unexpected extra argument\(s\) \((.*)\)", r"unexpected: \1"),
)
"""How Typer says what is wrong with a value -> how the library says it."""


def fail(message: object, code: int) -> NoReturn:
    """End with one line on standard error, and an exit code."""
    typer.echo(f"error: {message}", err=True)
    sys.exit(code)


def without_types(options: list[Any]) -> list[Any]:
    """Options, of which those that take no value show no type in the help."""
    for option in options:
        if getattr(option, "is_flag", False):
            option.metavar = ""
    return options


def describe(error: TyperException) -> str:
    """What is wrong with a command line: the option or the argument, and what would be right."""
    message = error.message
    for pattern, better in WORDS:
        message = re.sub(pattern, better, message, flags=re.DOTALL)
    message = " ".join(message.split()).removesuffix(".")
    parameter = getattr(error, "param", None)
    name = getattr(error, "param_hint", None) or (called(parameter) if parameter else None)
    if hasattr(error, "param_type"):  # of what is missing
        return f"{name} is required"
    if hasattr(error, "possibilities"):
        return f"there is no such option; {message}"
    if name:
        return f"{name}: {message}"
    return message[:1].lower() + message[1:]


def called(parameter: Any) -> str:
    """What a user types for a parameter: an option's flag, or what stands for an argument."""
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name.upper())


class Interrupted(Exception):  # noqa: N818 - it is no fault
    """An interrupt, on its way to `Group.main`: Typer would end a KeyboardInterrupt in silence."""


@contextmanager
def interrupts_said() -> Iterator[None]:
    """Have an interrupt reach `Group.main`."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted from None


class Helpful:
    """What commands and groups of commands share."""

    def get_params(self, ctx: Any) -> Any:
        """As Typer's, flags without a type."""
        return without_types(super().get_params(ctx))  # type: ignore[misc]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As Typer's; for an option that there is not, an error that lists those there are."""
        try:
            return super().parse_args(ctx, args)  # type: ignore[misc, no-any-return]
        except TyperException as error:
            if hasattr(error, "possibilities"):
                flags = {flag for each in self.get_params(ctx) for flag in each.opts}
                there = sorted(flag for flag in flags if flag.startswith("-"))
                near = f"did you mean {error.possibilities[0]}? " if error.possibilities else ""
                error.message = f"{near}there are: {', '.join(there)}"
            raise


class Command(Helpful, TyperCommand):
    """A command."""


class Group(Helpful, TyperGroup):
    """The command that others are part of."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As Typer's; for a name that is none of its commands, an error that lists them."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            ctx.fail(f"there is no such choice; there are: {', '.join(self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """As Typer's; an interrupt is not its silent exit."""
        with interrupts_said():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """As Typer's; nor is one that the command does not answer for."""
        with interrupts_said():
            return super().invoke(ctx)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """As Typer's; an error is one line, and its exit code 2."""
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except Interrupted:
            raise KeyboardInterrupt from None
        except TyperException as error:
            if not (error.message or hasattr(error, "param")):  # the help, which has been shown
                sys.exit(error.exit_code)
            fail(describe(error), error.exit_code)
        sys.exit(code or 0)
