"""The fenced blocks of a page, in order."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "data/README.md")),
    ROOT / "benchmarks" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
BLOCK = re.compile(
    r"(?:^<!-- (?P<note>[^>]*?) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
NOT_RUN = "not run: "


@dataclass(frozen=True)
class Block:
    """A fenced block.

    follows     whether nothing but blank lines stands between it and the block before
    note        what a comment in the line before it says to tests
    """

    page: Path
    line: int
    language: str
    text: str
    follows: bool = False
    note: str = ""

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def is_run(self) -> bool:
        return not self.note.startswith(NOT_RUN)

    def commands(self) -> list[tuple[str, str]]:
        """Each command of a console, continued lines joined, with what it prints.

        A line continues a command if it begins with `> `, or if a quotation is open.
        """
        found: list[tuple[str, str]] = []
        for line in self.text.splitlines():
            command, printed = found[-1] if found else ("", "")
            if line.startswith("$ "):
                found.append((line[2:], ""))
                continue
            assert found, f"{self.place}: begins with no command"
            if not printed and (line.startswith("> ") or is_open(command)):
                found[-1] = (f"{command}\n{line.removeprefix('> ')}", "")
            else:
                found[-1] = (command, f"{printed}{line}\n")
        return found


def is_open(command: str) -> bool:
    """Whether a command has a quotation that does not end in it."""
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return True
    return False


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a page."""
    text, blocks, end = page.read_text(), [], 0
    for found in BLOCK.finditer(text):
        line = text.count("\n", 0, found.start("text"))
        follows = bool(blocks) and not text[end : found.start()].strip()
        note = found["note"] or ""
        blocks.append(Block(page, line, found["language"], found["text"], follows, note))
        end = found.end()
    return blocks
