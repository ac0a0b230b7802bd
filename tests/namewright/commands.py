"""The `namewright` command: within this process, as one of its own imports for half a second.

What only a process has is tried with the script, `NAMEWRIGHT`: signals, pipes, what is written at
its end.
"""

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest import mock

from namewright.cli import main

NAMEWRIGHT = Path(sys.executable).parent / "namewright"


class Stream(TextIOWrapper):
    """A standard stream that is no terminal, of bytes that are kept."""

    def __init__(self, content: bytes = b"") -> None:
        self.kept = BytesIO(content)
        super().__init__(self.kept, encoding="utf-8")

    def written(self) -> str:
        """What was written to it."""
        self.flush()
        return self.kept.getvalue().decode()


def run(
    *arguments: str, stdin: str | bytes = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """What the command prints, and its exit code."""
    typed = ["namewright", *arguments]
    given = Stream(stdin.encode() if isinstance(stdin, str) else stdin)
    out, errors, code = Stream(), Stream(), 0
    with (
        redirect_stdout(out),
        redirect_stderr(errors),
        mock.patch("sys.stdin", given),
        mock.patch("sys.argv", typed),
        mock.patch.dict(os.environ, environment),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return subprocess.CompletedProcess(typed, code, out.written(), errors.written())
