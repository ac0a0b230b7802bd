"""A request that is refused before the application sees it: a problem, and the connection ends.

The attack: whoever is refused goes on sending. What is refused is not read; the answer is written,
our side of the connection is closed, and after a second all of it.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from ..cors import readable
from ..exchange import exchange_in
from ..headers import Headers, complete
from ..problems import RETRY_AFTER, respond
from ..request_id import request_id
from ..settings import Settings

Reload = Callable[[], Coroutine[Any, Any, bool]]

PORTION = 4_096
"""Bytes that are read from a connection at a time."""
LINGER = 1.0
"""Seconds between the answer and the end: a client that is still sending looks for one at last."""


@dataclass(frozen=True)
class Refusal(Exception):  # noqa: N818 - it is the client's error
    """Why a request is refused: which limit, the status, and what would be right."""

    limit: str
    status: int
    detail: str

    def response(self, request_id: str, more: Headers, *, is_head: bool) -> bytes:
        """The whole answer, with some headers more; that to a HEAD is without its body."""
        phrase = HTTPStatus(self.status).phrase
        kind = self.limit.replace("_", "-")
        headers = {"Connection": "close", "X-Request-ID": request_id}
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers |= RETRY_AFTER
        problem = respond(self.status, kind, phrase, self.detail, headers=headers)
        lines = [b"HTTP/1.1 %d %s" % (self.status, phrase.encode())]
        lines += [b"%s: %s" % header for header in complete([*problem.raw_headers, *more])]
        return b"\r\n".join([*lines, b"", b"" if is_head else bytes(problem.body)])


def not_http(error: httptools.HttpParserError) -> Refusal:
    """What cannot be parsed, and why where the parser has its own words for it."""
    why = "" if isinstance(error, httptools.HttpParserCallbackError) else f": {error}"
    return Refusal("syntax", 400, f"the request is not HTTP{why}")


@dataclass
class Guard:
    """What an application gives the server and the connections that serve it.

    settings    its limits
    refused     counts what goes beyond a limit, by the limit's name
    load        loads the models that are not loaded yet
    reload      loads the models anew
    ready       whether it wants requests
    untidy      whether something large has been let go of since memory was last given back
    buffer      what is read into, by one connection after the other
    """

    settings: Settings
    refused: Callable[[str], None]
    load: Callable[[], None]
    reload: Reload
    ready: bool = True
    untidy: bool = False
    buffer: memoryview = field(default_factory=lambda: memoryview(bytearray(PORTION)))

    def count(self, limit: str) -> None:
        """Something went beyond a limit."""
        self.refused(limit)
        self.untidy = True


class Guarded(HttpToolsProtocol):
    """uvicorn's protocol, which can refuse. `sweep` is called twice a second."""

    url = b""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.guard: Guard = app_state["guard"]
        self.limits = self.guard.settings
        self.refused = self.guard.count
        self.has_refused = False
        self.pending: Refusal | None = None  # until the answers under way are complete
        self.deferred = False  # whether a request is to be answered soon, and is not yet
        self.answering: RequestResponseCycle | None = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Remember which request is being answered: `cycle` is the last that has come."""
        self.answering = cycle
        super()._start_asgi_task(cycle, app)

    def data_received(self, data: bytes) -> None:
        """Parse what has arrived; the parser calls what is called `on_` here.

        uvicorn's own answers what it cannot parse in plain text, and logs a warning for each.
        """
        if self.has_refused or self.pending is not None:
            return
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self.cycle.keep_alive = False  # no other protocol is spoken here
        except httptools.HttpParserError as error:
            refusal = error.__context__
            self.refuse(refusal if isinstance(refusal, Refusal) else not_http(error))

    def refuse(self, refusal: Refusal) -> None:
        """Answer, and end the connection; behind the answers to requests that came before."""
        if self.has_refused or self.transport.is_closing():
            return
        answering = self.answering
        if answering is not None and answering.response_complete:
            answering = None
        waits_for_body = answering is not None and answering is self.cycle and answering.more_body
        if self.deferred or (answering is not None and not waits_for_body):
            self.pending = refusal
            self.flow.pause_reading()
            return
        self.has_refused = True
        self.refused(refusal.limit)
        if answering is None or not answering.response_started:
            headers = self.headers or []
            its_id = request_id(headers) if answering is None else self.note(answering, refusal)
            more = self.server_state.default_headers + readable(headers, self.limits.cors_origins)
            # The parser has the method of the request before until it knows that of this one.
            is_head = bool(self.url) and self.parser.get_method() == b"HEAD"
            self.transport.write(refusal.response(its_id, more, is_head=is_head))
        self.give_up()
        self.end()

    def note(self, answering: RequestResponseCycle, refusal: Refusal) -> str:
        """The id of a request that is refused on its way, after noting what it is answered."""
        exchange = exchange_in(cast(dict[str, Any], answering.scope))
        exchange.status, exchange.answered = refusal.status, True
        return exchange.id

    def give_up(self) -> None:
        """Tell the application that the client has gone, and keep nothing of what it has sent."""
        for cycle in (self.answering, self.cycle):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.body.clear()
                cycle.message_event.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        super().connection_lost(exc)
        self.give_up()
        if self.has_refused:
            self.guard.untidy = True  # what it sent is let go of now

    def end(self) -> None:
        """Read no more, close our side, and soon all of it."""
        self.pipeline.clear()
        self.flow.pause_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER, self.transport.abort)

    def held(self) -> int:
        """Bytes that there are of a request that is not whole yet, with what they are kept in."""
        return 0

    def waited(self, now: float) -> float:
        """For how many seconds the client has been waited for, in the middle of a request."""
        return 0.0

    def sweep(self, now: float) -> None:
        """Look for what has taken too long; `now` is the event loop's time, in seconds."""
