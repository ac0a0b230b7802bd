"""How many large requests there are, and how many are in work: 503 beyond.

The attacks: 472 abandoned requests for 10,000 names with a rare filter, sent within three seconds,
were 826 seconds of work; clients that send half of a large body, or read none of a large answer,
hold what it takes in memory. Small requests do not pass here: they are answered at once.

A large request has a place from before its body is read until its answer is handed over. While it
computes it has a thread too: there are as many as cores, and a slow client delays nobody's work.
When its client leaves, it stops before its next candidate, and both are free again.
"""

import asyncio
import os
import sys
import threading
from asyncio import FIRST_COMPLETED
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, AsyncExitStack, ExitStack, contextmanager
from typing import TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from ..settings import Settings

KEY = "namewright.place"
NICE = 3
T = TypeVar("T")


class OverloadedError(Exception):
    """Every place is taken."""

    def __init__(self) -> None:
        super().__init__("too many large requests are in work; try again in a second")


class Admission:
    """The places of an application, and its threads: work is done in the order it was asked for.

    Threads of its own, and few: each has memory that only it uses again. They yield to the event
    loop, which answers everybody else.
    """

    def __init__(self, limits: Settings) -> None:
        self.places = limits.large_requests + limits.queue
        self.streams = limits.streams
        self.threads = ThreadPoolExecutor(limits.large_requests, "large request", be_nice)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place. Raises OverloadedError at once where there is none."""
        if not self.places:
            raise OverloadedError
        self.places -= 1
        try:
            yield
        finally:
            self.places += 1

    @contextmanager
    def stream(self) -> Iterator[None]:
        """A stream's place. Raises OverloadedError at once where there is none."""
        if not self.streams:
            raise OverloadedError
        self.streams -= 1
        try:
            yield
        finally:
            self.streams += 1


def be_nice() -> None:
    """Give this thread less of a busy processor; on Linux a priority is a thread's own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def admission_of(request: Request) -> Admission:
    """The admission of the application that answers a request."""
    admission: Admission = request.scope["app"].state.admission
    return admission


def admit(request: Request) -> None:
    """Take a place for a request, until its answer is sent; once is enough.

    Raises OverloadedError.
    """
    if KEY not in request.scope:
        hold(request, admission_of(request).place())


def admit_stream(request: Request) -> None:
    """Take a stream's place for a request, until its answer is sent. Raises OverloadedError."""
    hold(request, admission_of(request).stream())


def hold(request: Request, place: AbstractContextManager[None]) -> None:
    """Enter a place, until the answer to a request is sent or handed over."""
    held = ExitStack()
    held.enter_context(place)
    until_sent: AsyncExitStack = request.scope["fastapi_inner_astack"]
    until_sent.enter_context(held)
    request.scope["app"].state.guard.untidy = True
    request.scope[KEY] = held


async def until_handed_over(request: Request, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The parts of an answer; behind the last of them the place of its request is free.

    Else whoever has read all of an answer, and asks again at once, could find its own place taken.
    """
    async for part in parts:
        yield part
    held: ExitStack = request.scope[KEY]
    held.close()


async def compute(
    request: Request, work: Callable[[], T], cancel: Callable[[], None] = lambda: None
) -> T:
    """What some work gives, done in a thread, in its turn.

    Where nobody waits for it any more, `cancel` makes it stop, by an exception.
    """
    threads = admission_of(request).threads
    try:
        return await asyncio.get_running_loop().run_in_executor(threads, work)
    except asyncio.CancelledError:
        cancel()
        raise


async def compute_unless_gone(
    request: Request, work: Callable[[], T], cancel: Callable[[], None]
) -> T:
    """As `compute`, of long work: it stops when the client leaves.

    The body of the request has to be read before. Raises ClientDisconnect.
    """
    leaving = asyncio.ensure_future(wait_until_gone(request))
    working = asyncio.ensure_future(compute(request, work, cancel))
    try:
        await asyncio.wait((leaving, working), return_when=FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientDisconnect
    finally:
        leaving.cancel()
        working.cancel()


async def wait_until_gone(request: Request) -> None:
    """Return when the client has closed its connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
