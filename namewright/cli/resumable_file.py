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


class OutputFile:
    """A file that begins with a head, and has a line for each row; it is not gone on with.

    path      where it is to be
    head      what stands before the rows
    """

    def __init__(self, path: Path, head: bytes) -> None:
        self.path, self.head = path, head

    def rows(self, row: Callable[[int], bytes]) -> int:
        """How many rows are there already."""
        return 0

    def write(self, rows: Iterable[bytes], behind: int = 0) -> None:
        """Write rows behind those that are there; then it is whole."""
        with self.path.open("wb") as file:
            file.write(self.head)
            file.writelines(rows)


class ResumableFile(OutputFile):
    """One that is gone on with.

    recipe    all that its rows depend on
    """

    def __init__(self, path: Path, head: bytes, recipe: Mapping[str, Any]) -> None:
        super().__init__(path, head)
        self.recipe = (json.dumps(recipe, indent=2) + "\n").encode()
        self.partial = path.with_name(f"{path.name}.partial")
        self.said = path.with_name(f"{path.name}.partial.recipe")

    def rows(self, row: Callable[[int], bytes]) -> int:
        """How many rows are there already; behind them there is nothing else.

        None, unless they are of the same recipe, and the last is what `row` says it is.
        """
        try:
            if self.said.read_bytes() != self.recipe:
                return 0
            with self.partial.open("rb+") as file:
                lines, end = whole_lines(file)
                count = lines - self.head.count(b"\n")
                if count < 1:
                    return 0
                before = self.head if count == 1 else b"\n"
                last = before + row(count - 1)
                file.seek(max(0, end - len(last)))
                if file.read(len(last)) != last:
                    return 0
                file.truncate(end)
                return count
        except OSError:
            return 0

    def write(self, rows: Iterable[bytes], behind: int = 0) -> None:
        """Write rows behind those that are there; then it is whole."""
        if not behind:
            self.partial.unlink(missing_ok=True)  # no recipe is to stand beside another's rows
            self.said.write_bytes(self.recipe)
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
