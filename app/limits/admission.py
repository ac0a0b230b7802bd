"""How many large and dear requests there are, and how many are in work: 503 beyond.

The attacks: 472 abandoned requests for 10,000 names with a rare filter, sent within three seconds,
were 826 seconds of work; clients that send half of a large body, or read none of a large answer,
hold what it takes in memory. Small requests do not pass here: they are answered at once.

A large body has a place from before it is read until it is whole; its request then needs one of
those for work, so who sends slowly keeps other large bodies out, and nobody's work.

A large request has a place until its answer is handed over. While it computes it has a thread too:
there are as many as cores, and a slow client delays nobody's work. When its client leaves, it stops
before its next candidate, and both are free again.

A dear one takes a hundred times as long: it gives its place back for one of those for dear ones,
with threads of their own, half as many. So however many want what is dear, who wants 1,001 names
waits behind others of its kind alone.

A streamed one has a thread only while it makes a part, in turn with the others of its kind, and
holds no more than that: so there may be many, and who reads slowly is in nobody's way. The scores
of lines are streamed too, but hold the lines, and so are few.
"""

import asyncio
import os
import sys
import threading
from asyncio import FIRST_COMPLETED
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from ..error_handling import UNTIL_SENT
from ..settings import Settings

KEY = "namewright.place"
UPLOAD, LARGE, DEAR, LINES, STREAM = "uploading", "large", "dear", "line", "streamed"
NICE = 3
"""They yield to the event loop, which answers everybody else; a little, for it waits in turn while
one of them has the interpreter and no processor."""
T = TypeVar("T")


class OverloadedError(Exception):
    """Every place is taken."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"too many {kind} requests are in work; try again in a second")


class Admission:
    """The places for one kind of requests, and its threads: work is done as it was asked for.

    Threads of its own, and few: each has memory that only it uses again.
    """

    def __init__(self, kind: str, threads: int, places: int) -> None:
        self.kind, self.places = kind, places
        self.threads = ThreadPoolExecutor(threads, f"{kind} request", be_nice)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place. Raises OverloadedError at once where there is none."""
        if not self.places:
            raise OverloadedError(self.kind)
        self.places -= 1
        try:
            yield
        finally:
            self.places += 1


def admissions(limits: Settings) -> dict[str, Admission]:
    """Those of an application, by kind."""
    places = limits.large_requests + limits.queue
    return {
        UPLOAD: Admission(UPLOAD, 1, places),
        LARGE: Admission(LARGE, limits.large_requests, places),
        DEAR: Admission(DEAR, max(1, limits.large_requests // 2), places),
        LINES: Admission(LINES, limits.large_requests, places),
        STREAM: Admission(STREAM, limits.large_requests, limits.streams),
    }


def be_nice() -> None:
    """Give this thread less of a busy processor; on Linux a priority is a thread's own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


@dataclass
class Place:
    """The place that a request has."""

    kind: str
    held: ExitStack


def admit(request: Request, kind: str = LARGE) -> None:
    """Take a place for a request, until its answer is sent; once is enough.

    One of another kind is given back. Raises OverloadedError.
    """
    scope = request.scope
    place: Place | None = scope.get(KEY)
    if place is None:
        place = scope[KEY] = Place("", ExitStack())
        until_sent: AsyncExitStack = scope[UNTIL_SENT]
        until_sent.callback(place.held.close)
        scope["app"].state.guard.untidy = True
    if place.kind != kind:
        place.held.close()
        place.held.enter_context(scope["app"].state.admissions[kind].place())
        place.kind = kind


async def until_handed_over(request: Request, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The parts of an answer; behind the last of them the place of its request is free.

    Else whoever has read all of an answer, and asks again at once, could find its own place taken.
    """
    async for part in parts:
        yield part
    place: Place = request.scope[KEY]
    place.held.close()


async def compute(
    request: Request, work: Callable[[], T], cancel: Callable[[], None] = lambda: None
) -> T:
    """What some work gives, done in a thread, in its turn.

    Where nobody waits for it any more, `cancel` makes it stop, by an exception.
    """
    admission: Admission = request.scope["app"].state.admissions[request.scope[KEY].kind]
    try:
        return await asyncio.get_running_loop().run_in_executor(admission.threads, work)
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
