"""A PostgreSQL server of the test's own, from the binaries of the system's package."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "t0p/s3cr@t"
QUOTED = "t0p%2Fs3cr%40t"
HOW = "PostgreSQL is not installed: apt-get install postgresql"


def binaries() -> Path | None:
    """Where Debian has initdb and pg_ctl, or where they are on the path; None if nowhere."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).parent if on_path else None


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server: where its binaries are, what it keeps where, who runs it, its port."""

    bin_folder: Path
    folder: Path
    user: str | None
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://searcher:{QUOTED}@127.0.0.1:{self.port}/postgres"

    def call(self, program: str, *arguments: str) -> None:
        data = str(self.folder / "data")
        subprocess.run(
            [str(self.bin_folder / program), "--pgdata", data, *arguments],
            check=True,
            user=self.user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder} -c fsync=off"
        log = str(self.folder / "log")
        self.call("pg_ctl", "start", "--wait", "--log", log, "--options", options)

    def stop(self) -> None:
        self.call("pg_ctl", "stop", "--mode", "immediate")


@contextmanager
def running() -> Iterator[Server]:
    """A server on a free port of 127.0.0.1, with an empty database and a password.

    It runs as the user postgres if the tests are root's, as PostgreSQL demands.
    """
    bin_folder = binaries()
    assert bin_folder is not None, HOW
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="namewright-postgres-"))
    if user:
        shutil.chown(folder, user)
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server = Server(bin_folder, folder, user, port)
    try:
        server.call("initdb", "--auth=scram-sha-256", f"--pwfile={password}", "--username=searcher")
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
