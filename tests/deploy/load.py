"""Load on a service behind its proxy: clients that count what fails, bounded in requests and time.

A client does as a browser does: it keeps its connection until it is told that it will be closed.
Anything but a whole 200 is a failure, and there is no second attempt.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvloop

NAMES = "GET /names?n=20&seed={} HTTP/1.1\r\nHost: localhost\r\n\r\n"
SCORE = (
    "POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    'Content-Length: 30\r\n\r\n{{"names":["Emma","{:09}"]}}'
)
TIMEOUT = 10
"""Seconds that an answer may take."""


@dataclass
class Load:
    """What some clients have asked for, and what became of it."""

    port: int
    clients: int = 16
    rate: float = 1500
    """Requests per second of all clients at most: two cores also have to start replicas."""
    posts: int = 4
    """One request of so many is a POST; 0 for none."""
    most: int = 200_000
    seconds: float = 120
    answered: int = 0
    failures: Counter[str] = field(default_factory=Counter[str])
    slowest: float = 0.0
    stopped: threading.Event = field(default_factory=threading.Event)

    async def client(self, number: int, end: float) -> None:
        """Requests one after another, until it is stopped or a bound is reached."""
        connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        pause = self.clients / self.rate
        due = time.monotonic() + pause * number / self.clients
        for turn in range(self.most // self.clients):
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            due = max(due + pause, time.monotonic() - 0.1)
            started = time.monotonic()
            if self.stopped.is_set() or started > end:
                break
            post = self.posts and turn % self.posts == 0
            request = (SCORE if post else NAMES).format(turn * self.clients + number)
            try:
                async with asyncio.timeout(TIMEOUT):
                    if connection is None:
                        connection = await asyncio.open_connection("127.0.0.1", self.port)
                    status, goes_on = await exchange(*connection, request.encode())
            except (OSError, EOFError, TimeoutError) as error:
                status, goes_on = type(error).__name__, False
            self.slowest = max(self.slowest, time.monotonic() - started)
            if status == "200":
                self.answered += 1
            else:
                self.failures[("POST " if post else "GET ") + status] += 1
            if not goes_on and connection:
                connection[1].close()
                connection = None
        if connection:
            connection[1].close()

    async def run(self) -> None:
        end = time.monotonic() + self.seconds
        await asyncio.gather(*(self.client(number, end) for number in range(self.clients)))

    def work(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self.run())

    def reaches(self, answered: int) -> bool:
        """Whether there are so many answers before the load ends."""
        while self.answered < answered and self.thread.is_alive():
            time.sleep(0.05)
        return self.answered >= answered

    @contextmanager
    def applied(self) -> Iterator["Load"]:
        """The load, as long as the block lasts."""
        self.thread = threading.Thread(target=self.work)
        self.thread.start()
        try:
            yield self
        finally:
            self.stopped.set()
            self.thread.join()


async def exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[str, bool]:
    """The status of an answer that came whole, and whether the connection goes on."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = head.split(" ", 2)[1]
    length = head.partition("content-length:")[2].partition("\r\n")[0]
    if not length:
        return f"{status} without a length", False
    await reader.readexactly(int(length))
    return status, "connection: close" not in head
