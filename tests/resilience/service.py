"""`namewright serve` in a process of its own, and what the kernel says of it. Linux only."""

import contextlib
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.processes import start_service
from tests.resilience.wire import Answer, Client, get, score

MB = 1_000_000
LISTEN = "0A"
"""The state of a socket that takes connections, in /proc/net/tcp."""
START = 60.0
"""Seconds that a start may take on a loaded machine."""


CROWD = 250
"""Requests in flight at a time, a few below the limit."""
BURST = 500
"""Connections at a time, a few below the limit."""


class Service:
    """A running service. `settings` are its NAMEWRIGHT_* variables, without the prefix.

    log    the file with all that it writes
    port   where it listens on 127.0.0.1
    """

    def __init__(self, log: Path, **settings: object) -> None:
        self.log = log
        self.process = start_service(log, log, **settings)
        try:
            self.port = self.find_port()
        except BaseException:
            self.stop()
            raise

    def find_port(self) -> int:
        """The port, once readiness is answered there."""
        end = time.monotonic() + START
        while time.monotonic() < end and self.process.poll() is None:
            for port in self.listening():
                with contextlib.suppress(OSError), Client(port) as client:
                    if client.ask(get("/readyz")).status == 200:
                        return port
            time.sleep(0.02)
        raise RuntimeError(f"it did not start:\n{self.log.read_text()}")

    def listening(self) -> list[int]:
        """The ports that it listens on, as the kernel has them, whatever the log looks like."""
        held = self.inodes()
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return [
            int(line[1].partition(":")[2], 16)
            for line in lines
            if line[3] == LISTEN and line[9] in held
        ]

    def inodes(self) -> list[str]:
        """The sockets that it holds."""
        found = []
        for entry in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):  # closed meanwhile
                found += re.findall(r"socket:\[(\d+)\]", str(entry.readlink()))
        return found

    def warm_up(self, requests: int = 300) -> None:
        """Answer what callers ask who mean no harm, so that what stays in memory is there.

        Every model samples and scores, from four callers at a time, up to the largest batches; and
        small ones, from as many callers at a time as it takes on. A filter that needs as much
        memory as any is kept for the next request, as docs/operations.md says.
        """
        with Client(self.port) as client:
            models = [m["name"] for m in client.ask(get("/models")).json()["models"]]
            names = client.ask(get("/names?n=10000&seed=1")).json()["names"]
        large = [
            *(
                get(f"/names?n=10000&seed={seed}&model={model}")
                for model in models
                for seed in range(8)  # until the rows of nearly all states have been shaped
            ),
            *(score(names[:1000], model=model) for model in models),
            score(names),
            score(names, characters=True),
            score([*names, 1]),
        ]
        with ThreadPoolExecutor(4) as callers:
            list(callers.map(self.ask_until_answered, large * 4))
        self.ask_until_answered(get("/names?n=20&min_length=20"))
        self.crowd(score(names[:20]))
        self.crowd(get("/names?n=1000"))
        self.crowd(get("/healthz"), BURST)
        with Client(self.port) as client:
            for path in ("/openapi.json", "/docs", "/metrics", "/nowhere", "/names?n=x"):
                client.ask(get(path))
            for seed in range(requests):
                client.ask(get(f"/names?n=20&seed={seed}"))
                client.ask(score(names[:20]))

    def crowd(self, request: bytes, size: int = CROWD) -> None:
        """Ask the same over many connections at a time, each of which sends in two parts."""
        with contextlib.ExitStack() as stack:
            callers = [stack.enter_context(Client(self.port)) for _ in range(size)]
            for caller in callers:
                caller.socket.sendall(request[:-1])
            time.sleep(0.2)
            for caller in callers:
                caller.ask(request[-1:])

    def ask_until_answered(self, request: bytes) -> Answer:
        """The answer to a request that is sent again for as long as the service is too busy."""
        end = time.monotonic() + START
        while time.monotonic() < end:
            with Client(self.port) as client:
                answer = client.ask(request)
            if answer.status != 503:
                return answer
            time.sleep(0.1)
        raise TimeoutError

    def status(self, field: str) -> float:
        """A field of /proc/PID/status that is in kB, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition(f"{field}:")[2].split()[0]) * 1024 / MB

    @property
    def memory(self) -> float:
        """Resident MB."""
        return self.status("VmRSS")

    @property
    def peak(self) -> float:
        """The most resident MB since `reset_peak`."""
        return self.status("VmHWM")

    def reset_peak(self) -> None:
        """Let the peak be what is resident now."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    @property
    def processor_time(self) -> float:
        """Seconds that its threads have run, ended ones too."""
        return time.clock_gettime(~self.process.pid << 3 | 2)

    @property
    def sockets(self) -> int:
        """How many sockets it holds."""
        return len(self.inodes())

    @property
    def lives(self) -> bool:
        """Whether it runs still."""
        return self.process.poll() is None

    def settle(self, most: float, seconds: float = 5.0) -> float:
        """Resident MB, once it is at most that, or when so long has passed."""
        end = time.monotonic() + seconds
        while self.memory > most and time.monotonic() < end:
            time.sleep(0.1)
        return self.memory

    def terminate(self, within: float) -> tuple[int | None, float]:
        """Its exit code after SIGTERM, None if it runs on, and the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code: int | None = self.process.wait(within)
        except subprocess.TimeoutExpired:
            code = None
        return code, time.monotonic() - began

    def stop(self) -> None:
        """End it whatever it does."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serving(folder: Path, **settings: object) -> Iterator[Service]:
    """A service for a while; its log in a folder."""
    service = Service(folder / "log", **settings)
    try:
        yield service
    finally:
        service.stop()
