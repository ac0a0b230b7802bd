"""Commands that a test does not run: what they name is there."""

import re
import shlex
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import typer
import yaml

import namewright.cli
import training.cli
from tests.conftest import ROOT


def makes(words: list[str]) -> None:
    """Each target is one of the Makefile, and each variable is used there."""
    text = (ROOT / "Makefile").read_text()
    for word in words[1:]:
        name, sign, _ = word.partition("=")
        wanted = rf"\$\({name}\)|\b{name} \?=" if sign else rf"^(?:\.PHONY:.*\b{name}\b|{name}:)"
        assert re.search(wanted, text, re.MULTILINE), word


def composes(words: list[str]) -> None:
    """A file, a profile or a stage that is named is there."""
    profiles = re.findall(r"profiles: \[(\w+)\]", (ROOT / "docker-compose.yml").read_text())
    stages = re.findall(r"^FROM .* AS (\w+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for option, value in pairwise(words):
        if option == "--profile":
            assert value in profiles, value
        if option == "--target":
            assert value in stages, value
        if option == "-c":
            yaml.safe_load((ROOT / value).read_text())


def charts(words: list[str]) -> None:
    """The chart is there."""
    assert (ROOT / words[3] / "Chart.yaml").exists()


def installs(words: list[str]) -> None:
    """The extras of Namewright that are named are there."""
    text = (ROOT / "pyproject.toml").read_text()
    for word in words:
        for extra in re.findall(r"namewright\[(\w+)\]", word):
            assert re.search(rf"^{extra} = \[", text, re.MULTILINE), extra


def has_options(words: list[str]) -> None:
    """The command is there, and has the options that are named."""
    app = training.cli.app if "training" in words[:3] else namewright.cli.app
    command: Any = typer.main.get_command(app)
    words = words[words.index("training") + 1 :] if "training" in words[:3] else words[1:]
    while hasattr(command, "resolve_command") and words:
        context = command.make_context(words[0], [], resilient_parsing=True)
        _, command, words = command.resolve_command(context, words)
    there = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    for word in words:
        if word.startswith("-") and not re.fullmatch(r"-|-\d+", word):
            assert word.partition("=")[0] in there | {"--help"}, word


CHECKS: dict[str, Callable[[list[str]], None]] = {
    "make": makes,
    "docker": composes,
    "helm": charts,
    "pip": installs,
    "namewright": has_options,
    "python": has_options,
    "python3": lambda _: None,
    "pre-commit": lambda _: None,
    "curl": lambda _: None,
    "createuser": lambda _: None,
    "createdb": lambda _: None,
    "echo": lambda _: None,
}


def check(command: str) -> None:
    """Look at a command, of any number of lines. Raises AssertionError, with what is not there."""
    text = re.sub(r"\\\n", " ", command)
    for line in text.splitlines():
        line = re.sub(r"^\s*(for|do|done)\b.*|\s&$|\s+#.*", "", line).strip()  # noqa: PLW2901
        words = shlex.split(line.split(" | ")[0].split(" > ")[0].split(" >> ")[0])
        while words and re.match(r"[A-Z_]+=", words[0]):
            settings = words.pop(0).partition("=")[0]
            names = (ROOT / "docker-compose.yml").read_text() + (
                ROOT / "docs" / "operations.md"
            ).read_text()
            assert settings in names or settings.startswith(("OTEL_", "OMP_")), settings
        if words:
            program = words[0].rpartition("/")[2]
            assert program in CHECKS, f"{program}: neither run nor looked at"
            CHECKS[program]([program, *words[1:]])
