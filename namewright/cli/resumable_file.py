"""A file of rows that takes long to write: it is there whole, or not at all, and goes on.

While it is written it is FILE.partial, and FILE.partial.recipe says what makes it. As the names of
a seed are always the same, the same command goes on behind the last whole row.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

BLOCK = 1 << 20


class ResumableFile:
    """A file that begins with a head, and has a line for each row.

    path      where it is to be
    head      what stands before the rows
    recipe    all that its rows depend on
    """

    def __init__(self, path: Path, head: bytes, recipe: Mapping[str, Any]) -> None:
        self.path, self.head = path, head
        self.recipe = json.dumps(recipe, indent=2, default=list) + "\n"
        self.partial = path.with_name(f"{path.name}.partial")
        self.said = path.with_name(f"{path.name}.partial.recipe")

    def rows(self, row: Callable[[int], bytes]) -> int:
        """How many rows are there already; behind them there is nothing else.

        None, unless they are of the same recipe, and the last is what `row` says it is.
        """
        try:
            if self.said.read_text() != self.recipe:
                return 0
            with self.partial.open("rb+") as file:
                lines, end = whole_lines(file)
                count = lines - self.head.count(b"\n")
                if count < 1:
                    return 0
                last = row(count - 1)
                file.seek(end - len(last))
                if file.read(len(last)) != last:
                    return 0
                file.truncate(end)
                return count
        except OSError:
            return 0

    def write(self, rows: Iterable[bytes], behind: int = 0) -> None:
        """Write rows behind those that are there; then it is whole."""
        if not behind:
            self.said.write_text(self.recipe)
        with self.partial.open("ab" if behind else "wb") as file:
            if not behind:
                file.write(self.head)
            for some in rows:
                file.write(some)
            file.flush()
            os.fsync(file.fileno())
        self.partial.replace(self.path)
        self.said.unlink()


def whole_lines(file: Any) -> tuple[int, int]:
    """How many whole lines a file has, and where the last of them ends."""
    lines = end = size = 0
    while block := file.read(BLOCK):
        found = block.count(b"\n")
        if found:
            lines, end = lines + found, size + block.rindex(b"\n") + 1
        size += len(block)
    return lines, end
