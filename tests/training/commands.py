"""`python -m training` within this process: one of its own imports torch first, for seconds."""

import os
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest import mock

from training.cli import main


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What a command prints, and its exit code."""
    typed = ["training", *map(str, arguments)]
    out, errors, code = StringIO(), StringIO(), 0
    with (
        redirect_stdout(out),
        redirect_stderr(errors),
        mock.patch("sys.argv", typed),
        mock.patch.dict(os.environ, COLUMNS="200"),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return subprocess.CompletedProcess(typed, code, out.getvalue(), errors.getvalue())
