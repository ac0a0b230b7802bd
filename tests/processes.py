"""Processes that tests start, and end."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT


def take_interrupts() -> None:
    """Take SIGINT as at a terminal: a shell's background jobs, and what they start, ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def training(*arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """`python -m training`, for no longer than the test."""
    with subprocess.Popen(
        [sys.executable, "-m", "training", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        preexec_fn=take_interrupts,  # noqa: PLW1509 - nothing is done in it but this
    ) as process:
        try:
            yield process
        finally:
            process.kill()
