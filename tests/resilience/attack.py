"""Attackers: many connections that misbehave alike, run in a process of their own."""

import asyncio
import socket
import struct
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.resilience.wire import HOST

ESTABLISHED = 1
"""The state of a connection that neither side has ended, in `struct tcp_info`."""


@dataclass(frozen=True)
class Attack:
    """So many connections, each of which does the same.

    head      what it sends first
    filler    what it sends over and over after that, until `total` bytes of it are sent
    count     how many connections
    after     the seconds until the first is opened
    over      the seconds over which they are opened
    pause     the seconds between two fillers
    leaves    the seconds after which it goes away, whatever has come
    reads     whether it takes the answer
    """

    head: bytes
    filler: bytes = b""
    total: int = 0
    count: int = 1
    after: float = 0.0
    over: float = 0.0
    pause: float = 0.0
    leaves: float | None = None
    reads: bool = True


@dataclass(frozen=True)
class Outcome:
    """How one connection fared.

    how        answered, closed (by the service), left (by the attacker), unread (all answers are
               with the kernel, which keeps them for one who does not read), or open at the deadline
    status     of the answer, if any of it was read
    seconds    until then, from its opening
    sent       bytes
    """

    how: str
    status: int | None
    seconds: float
    sent: int


class Attacker:
    """One connection of an attack."""

    def __init__(self, port: int, attack: Attack, deadline: float) -> None:
        self.port, self.attack = port, attack
        self.wait = deadline if attack.leaves is None else attack.leaves
        self.answer = b""
        self.sent = 0

    async def run(self, delay: float) -> Outcome:
        """What became of it."""
        await asyncio.sleep(delay)
        began = time.perf_counter()
        with socket.socket() as self.socket:
            self.socket.setblocking(False)
            if not self.attack.reads:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            try:
                async with asyncio.timeout(self.wait):
                    await asyncio.get_running_loop().sock_connect(self.socket, (HOST, self.port))
                    how = await self.attend()
            except TimeoutError:
                how = "open" if self.attack.leaves is None else "left"
                how = how if self.attack.reads else "unread"
            except OSError:
                how = "closed"
            seconds = time.perf_counter() - began
            # Gone at once, rather than with a farewell.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        status = int(self.answer[9:12]) if self.answer[:5] == b"HTTP/" else None
        return Outcome(how, status, seconds, self.sent)

    async def attend(self) -> str:
        """Send, and take the answer or leave it lying."""
        sending = asyncio.ensure_future(self.send())
        try:
            return await (self.read(sending) if self.attack.reads else self.watch())
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def send(self) -> None:
        """The head, and the filler over and over."""
        loop, attack = asyncio.get_running_loop(), self.attack
        await loop.sock_sendall(self.socket, attack.head)
        self.sent += len(attack.head)
        sent = 0
        while sent < attack.total:
            if attack.pause:
                await asyncio.sleep(attack.pause)
            piece = attack.filler[: attack.total - sent]
            await loop.sock_sendall(self.socket, piece)
            sent += len(piece)
            self.sent += len(piece)

    async def read(self, sending: "asyncio.Future[None]") -> str:
        """Until the answer is there and all is sent, or the service has closed."""
        loop = asyncio.get_running_loop()
        while data := await loop.sock_recv(self.socket, 65536):
            self.answer = (self.answer + data)[:64]
            if len(self.answer) > 12:
                # It goes on sending, as one who does not listen.
                await asyncio.gather(sending, return_exceptions=True)
                return "answered"
        return "closed"

    async def watch(self) -> str:
        """Until the service has closed."""
        while True:
            state = self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
            if state != ESTABLISHED:
                return "closed"
            await asyncio.sleep(0.05)


def run(port: int, attacks: Sequence[Attack], deadline: float) -> list[Outcome]:
    """The outcome of every connection of every attack, all of them side by side.

    Who has neither an answer nor a closed connection after `deadline` seconds gives up.
    """

    async def main() -> list[Outcome]:
        runs = [
            Attacker(port, attack, deadline).run(attack.after + attack.over * i / attack.count)
            for attack in attacks
            for i in range(attack.count)
        ]
        return await asyncio.gather(*runs)

    return asyncio.run(main())


def describe(outcomes: Sequence[Outcome]) -> str:
    """How many fared how."""
    counts = Counter(f"{o.how} {o.status}" if o.status else o.how for o in outcomes)
    return ", ".join(f"{count} {how}" for how, count in counts.most_common())
