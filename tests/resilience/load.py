"""Callers by the thousand: in closed loop, each waits for its answer; in open loop, nobody waits.

It runs in a process of its own, with as little work per request as Python allows.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import uvloop

from tests.resilience.wire import HOST

BUSY = 503


@dataclass(frozen=True)
class Sample:
    """One answer.

    status       0 where none came
    seconds      from sending the request
    says_when    whether it has a Retry-After
    """

    status: int
    seconds: float
    says_when: bool


class Caller(asyncio.Protocol):
    """A connection that asks one thing at a time."""

    def __init__(self) -> None:
        self.data = b""
        self.answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's does not say so

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, found, body = self.data.partition(b"\r\n\r\n")
        if found and self.answer is not None and is_whole(head.lower(), body):
            self.data = b""
            if not self.answer.done():
                self.answer.set_result(head)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(ConnectionResetError())

    async def ask(self, request: bytes) -> Sample:
        """The answer, or that there was none."""
        self.answer = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        self.transport.write(request)
        try:
            head = await self.answer
        except ConnectionError:
            return Sample(0, time.perf_counter() - began, False)
        if b"\r\nconnection: close" in head.lower():
            self.transport.close()
        return Sample(
            int(head[9:12]), time.perf_counter() - began, b"\r\nretry-after:" in head.lower()
        )


def is_whole(head: bytes, body: bytes) -> bool:
    """Whether the body is all there; the head is in lower case."""
    _, found, length = head.partition(b"\r\ncontent-length:")
    if found:
        return len(body) >= int(length.split(b"\r\n", 1)[0])
    return body.endswith(b"0\r\n\r\n")


async def call(port: int) -> Caller:
    """A connection."""
    _, caller = await asyncio.get_running_loop().create_connection(Caller, HOST, port)
    return caller


async def ask_on(port: int, kept: list[Caller], request: bytes) -> Sample:
    """An answer over a connection that is kept and free, or over a new one."""
    while kept and kept[-1].transport.is_closing():
        kept.pop()
    try:
        caller = kept.pop() if kept else await call(port)
    except OSError:
        return Sample(0, 0.0, False)
    sample = await caller.ask(request)
    if not caller.transport.is_closing():
        kept.append(caller)
    return sample


def closed_loop(
    port: int, requests: Sequence[bytes], clients: int, seconds: float, pause: float = 0.0
) -> list[Sample]:
    """Each client asks again when it is answered; after a `pause` where the service is too busy."""

    async def client(number: int, end: float, samples: list[Sample]) -> None:
        kept: list[Caller] = []
        request = requests[number % len(requests)]
        while time.perf_counter() < end:
            samples.append(await ask_on(port, kept, request))
            if samples[-1].status in (0, BUSY):
                await asyncio.sleep(pause)
        for caller in kept:
            caller.transport.abort()

    async def main() -> list[Sample]:
        samples: list[Sample] = []
        end = time.perf_counter() + seconds
        await asyncio.gather(*(client(number, end, samples) for number in range(clients)))
        return samples

    return uvloop.run(main())


def open_loop(port: int, request: bytes, rate: float, seconds: float) -> list[Sample]:
    """So many requests per second, whether the ones before are answered or not."""

    async def main() -> list[Sample]:
        began, kept, asked = time.perf_counter(), list[Caller](), []
        for i in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + i / rate - time.perf_counter()))
            asked.append(asyncio.ensure_future(ask_on(port, kept, request)))
        samples = await asyncio.gather(*asked)
        for caller in kept:
            caller.transport.abort()
        return samples

    return uvloop.run(main())


def mixed(
    port: int, kinds: Sequence[tuple[bytes, int, float]], count: int, clients: int, seed: int
) -> dict[str, int]:
    """Requests of kinds (request, expected status, weight) at random: how many went how.

    One in fifty callers leaves before it is answered, and one in twenty comes anew.
    """
    chosen = random.Random(seed)

    async def client(counts: dict[str, int], left: list[int]) -> None:
        kept: list[Caller] = []
        while left[0] > 0:
            left[0] -= 1
            ((request, expected, _),) = chosen.choices(kinds, [weight for *_, weight in kinds])
            if chosen.random() < 0.05 and kept:
                kept.pop().transport.abort()
            if chosen.random() < 0.02:
                leaving = await call(port)
                leaving.transport.write(request)
                await asyncio.sleep(0)
                leaving.transport.abort()
                how = "left"
            else:
                status = (await ask_on(port, kept, request)).status
                how = "as expected" if status == expected else f"{status} for {expected}"
            counts[how] = counts.get(how, 0) + 1
        for caller in kept:
            caller.transport.abort()

    async def main() -> dict[str, int]:
        counts: dict[str, int] = {}
        left = [count]
        await asyncio.gather(*(client(counts, left) for _ in range(clients)))
        return counts

    return uvloop.run(main())
