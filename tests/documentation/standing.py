"""Blocks that are neither run nor printed: how each is held to what it says."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from tests.conftest import ROOT
from tests.documentation.session import ADDRESS, Session


def is_tree(text: str, _: Session) -> None:
    """Each file of the tree is there."""
    folders: list[Path] = [ROOT]
    for line in text.splitlines():
        depth, named = (len(line) - len(line.lstrip())) // 2, line.split("  ")
        first = next(part for part in named if part)
        folders[depth + 1 :] = [folders[depth] / first.strip()]
        for name in re.findall(r"[\w*]+/?(?:\.\w+)?(?=[ ,;]|$)", first):
            assert list(folders[depth].glob(name)), name
        for name in re.findall(r"\b\w+\.py\b", line):
            assert (folders[depth] / name).exists(), name


def is_layers(text: str, _: Session) -> None:
    """The packages of the arrows are there."""
    for name in re.findall(r"(\w+)/", text):
        assert (ROOT / name / "__init__.py").exists(), name


def is_log_line(text: str, session: Session) -> None:
    """The line has what the line of a request has, in its order."""

    def names(line: str) -> list[str]:
        return [*json.loads(line)] if line.startswith("{") else re.findall(r" (\w+)=", line)

    session.serve(f"NAMEWRIGHT_LOG_FORMAT={'json' if text.startswith('{') else 'text'}", "")
    session.run(f"curl -s http://{ADDRESS}/names")
    assert names(text) == names(session.logged("/names"))  # written once the answer is sent


STANDING: dict[tuple[str, str], Callable[[str, Session], None]] = {
    ("README.md", "text"): is_tree,
    ("design.md", "text"): is_layers,
    ("operations.md", "text"): is_log_line,
    ("operations.md", "json"): is_log_line,
}
"""By the page and the language; a block that is not here fails."""
