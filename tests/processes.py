"""Processes that tests start, and end."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT


def take_interrupts() -> None:
    """Take SIGINT as at a terminal: a shell's background jobs, and what they start, ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


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


def start_service(
    out: Path, err: Path, *, port: int = 0, **variables: object
) -> subprocess.Popen[bytes]:
    """`namewright serve`, by default on a free port, with its streams in files, which may be one.

    `variables` are its NAMEWRIGHT_* variables, without the prefix and in small letters.
    """
    own = {f"NAMEWRIGHT_{name.upper()}": str(value) for name, value in variables.items()}
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("NAMEWRIGHT_")}
    with out.open("wb") as stdout, err.open("ab" if err == out else "wb") as stderr:
        return subprocess.Popen(
            [sys.executable, "-m", "namewright", "serve", "--port", str(port)],
            cwd=ROOT,
            env=inherited | own,
            stdout=stdout,
            stderr=subprocess.STDOUT if out == err else stderr,
        )


class Server:
    """A service that is ready, with its streams in a folder."""

    def __init__(self, folder: Path, *, port: int = 0, **variables: object) -> None:
        self.out, self.err = folder / "out.txt", folder / "err.txt"
        self.process = start_service(self.out, self.err, port=port, **variables)
        self.url = self.wait_for(self.err, r"http://127\.0\.0\.1:\d+")
        self.wait_for(self.err, "all models are loaded")

    def wait_for(self, stream: Path, pattern: str, seconds: float = 30) -> str:
        """What a pattern finds in a stream, as soon as it does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if found := re.search(pattern, stream.read_text()):
                return found[0]
            time.sleep(0.02)
        raise AssertionError(f"no {pattern}:\n{self.out.read_text()}{self.err.read_text()}")

    def stop(self) -> None:
        """End it, in good order if it can."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(folder: Path, **variables: object) -> Iterator[Server]:
    """A `Server`, for no longer than the test."""
    server = Server(folder, **variables)
    try:
        yield server
    finally:
        server.stop()
