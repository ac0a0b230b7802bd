"""Somebody who follows a page from its top: a shell, a service, and an interpreter.

They share a folder, which is like a clone; what one block leaves, the next one finds. The service
that a page calls at 127.0.0.1:8000 is on a free port here.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from namewright.client import Client
from tests.conftest import ROOT
from tests.processes import take_interrupts

ADDRESS = "127.0.0.1:8000"
ANSWERS = re.compile(r"answers at http://(127\.0\.0\.1:\d+)")
LEFT_OUT = {".git", "build", "dist", "mine", "try", "report"}
CURL = 'curl() { command curl --fail-with-body "$@"; }'
"""An answer that is a problem fails a script."""

SERVE = re.compile(
    r"^((?:\w+=\S+ )*)(?:make serve|namewright serve)((?: --[\w-]+ \S+)*)(?: &)?(?:  +#.*)?$"
)
CHECKED = re.compile(r"^(?:\w+=\S+ )*(?:make|docker|helm|pip|pre-commit) ")
"""Commands that are not run here, but looked at: see `commands.py`."""


class Session:
    """What one page leads to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = ""
        self.log = folder
        self.services: list[subprocess.Popen[bytes]] = []
        self.names: dict[str, object] = {"__name__": "__main__"}
        for path in ROOT.iterdir():
            hidden = path.name.startswith(".") and path.name != ".venv"
            if not hidden and path.name not in LEFT_OUT:
                (folder / path.name).symlink_to(path)
        outside = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("NAMEWRIGHT_", "PYTEST_"))
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = outside | {"PATH": path, "COLUMNS": "200", "NO_COLOR": "1"}

    def run(self, script: str, may_fail: bool = False) -> str:
        """What a script prints on both streams. What it assigns, the next one has.

        Raises AssertionError where it fails, and may not.
        """
        script = self.here(script)
        state = shlex.quote(str(self.folder.with_name("state")))
        before = f"set -a; if [ -f {state} ]; then . {state}; fi; {CURL}"
        after = f"code=$?; export -p | grep -v 'x code=' > {state}; exit $code"
        done = subprocess.run(
            ["bash", "-c", f"{before}\n{script}\n{after}"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        printed = done.stdout.replace(self.address or ADDRESS, ADDRESS)
        assert done.returncode == 0 or may_fail, printed
        return printed

    def here(self, text: str) -> str:
        """A text that asks the service of a page, where that is."""
        if ADDRESS in text and not self.address:
            self.serve("", "")
        return text.replace(ADDRESS, self.address)

    def interrupt(self, command: str) -> str:
        """What a command that writes a file prints, where it is interrupted while it does."""
        with subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=take_interrupts,  # noqa: PLW1509 - nothing is done in it but this
        ) as process:
            end = time.monotonic() + 60
            while time.monotonic() < end and process.poll() is None:
                if any(path.stat().st_size > 1000 for path in self.folder.glob("*.partial")):
                    process.send_signal(signal.SIGINT)
                    break
                time.sleep(0.02)
            return process.communicate(timeout=60)[0]

    def serve(self, variables: str, options: str) -> str:
        """Start a service, in place of the one before; what it prints until it answers, or ends."""
        self.stop()
        self.log = log = self.folder.with_name(f"log{len(self.services)}")
        own = dict(each.split("=", 1) for each in shlex.split(variables))
        port = [] if "--port" in options else ["--port", "0"]
        command = [sys.executable, "-m", "namewright", "serve", *shlex.split(options), *port]
        with log.open("wb") as stream:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self.environment | own,
                stdout=stream,
                stderr=subprocess.STDOUT,
            )
        self.services.append(process)
        self.logged("all models are loaded")
        if answers := ANSWERS.search(log.read_text()):
            self.address = answers[1]
        return log.read_text()

    def logged(self, part: str) -> str:
        """The first line of the service's log with some text in it; empty if it ends without."""
        end = time.monotonic() + 60
        while True:
            has_ended = self.services[-1].poll() is not None or time.monotonic() > end
            found = [line for line in self.log.read_text().splitlines() if part in line]
            if found or has_ended:
                return found[0] if found else ""
            time.sleep(0.02)

    def close(self) -> None:
        """End what serves, and the clients that a page opened."""
        for value in self.names.values():
            if isinstance(value, Client):
                value.close()
        self.stop()

    def stop(self) -> None:
        """End what serves."""
        for process in self.services:
            if process.poll() is None:
                process.terminate()
                process.wait(20)


@contextmanager
def session(folder: Path) -> Iterator[Session]:
    """A session in a new folder."""
    (folder / "clone").mkdir()
    opened = Session(folder / "clone")
    try:
        yield opened
    finally:
        opened.close()
