"""Every option of every command, as the commands themselves have them."""

from collections.abc import Iterator
from typing import Any

import typer

import namewright.cli
import training.cli
from tests.conftest import ROOT

PAGES = {
    "namewright": (namewright.cli.app, ROOT / "docs" / "command-line.md"),
    "python -m training": (training.cli.app, ROOT / "docs" / "training.md"),
}
"""Each command, and the page that has its options."""


def commands_of(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """A command and those below it, by their full names."""
    yield name, command
    if hasattr(command, "get_command"):
        context = command.make_context(name, [], resilient_parsing=True)
        for each in command.list_commands(context):
            yield from commands_of(command.resolve_command(context, [each])[1], f"{name} {each}")


COMMANDS: list[tuple[str, Any, str]] = [
    (full, command, page.read_text())
    for name, (app, page) in PAGES.items()
    for full, command in commands_of(typer.main.get_command(app), name)
]
"""Each command by its full name, with the text of the page that describes it."""


def options_of(command: Any) -> list[str]:
    """The long options of a command, and the short ones of those that have no long one."""
    found = []
    for parameter in command.params:
        if parameter.param_type_name == "option" and not getattr(parameter, "hidden", False):
            names = sorted(parameter.opts, key=len)
            found.append(names[-1])
    return found
