"""How many connections there are, and how many requests are in flight: 503.

The attacks: a thousand connections that say nothing, or half a head each; more requests than there
is memory to answer; thousands of requests in one packet.
"""

from asyncio import Transport

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from ..settings import Settings
from .idle import Idle
from .refusal import Guarded, Refusal

PIPELINED = 4
"""Requests that one connection may send ahead of their answers."""


TOO_MANY_AHEAD = Refusal(
    "pipeline",
    503,
    f"on a connection {PIPELINED} requests may wait behind the one that is answered",
)


def no_room(limits: Settings) -> Refusal:
    """As many connections as there may be, and none of them is idle."""
    detail = f"all {limits.max_connections:,} connections are busy; try again in a second"
    return Refusal("connections", 503, detail)


def too_busy(limits: Settings) -> Refusal:
    """As many requests as may be in flight."""
    detail = f"{limits.max_in_flight:,} requests are being answered; try again in a second"
    return Refusal("overload", 503, detail)


def idle_of(state: ServerState) -> Idle["Connections"]:
    """The idle connections of a server."""
    if not hasattr(state, "idle"):
        state.idle = Idle()  # type: ignore[attr-defined]
    idle: Idle[Connections] = state.idle  # type: ignore[attr-defined]
    return idle


class Connections(Guarded):
    """A protocol that is one of so many."""

    idle_since: float | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Make room, or refuse."""
        full = len(self.connections) >= self.limits.max_connections
        super().connection_made(transport)
        self.idle = idle_of(self.server_state)
        longest = self.idle.longest()
        if full and longest is None:
            self.refuse(no_room(self.limits))
            return
        if full and longest is not None:
            longest.drop()
        self.idle.add(self)

    def data_received(self, data: bytes) -> None:
        """Let there be no more of half-sent requests than there may be."""
        super().data_received(data)
        if self in self.idle:
            self.idle.hold(self, self.held())
            while (connection := self.idle.in_the_way()) is not None:
                connection.drop()

    def drop(self) -> None:
        """End this connection at once."""
        self.has_refused = True
        self.idle.remove(self)
        self.give_up()
        self.refused("connections")
        self.connections.discard(self)
        self.transport.abort()

    def on_headers_complete(self) -> None:
        """Another request, the head of which is whole."""
        self.idle_since = None
        if len(self.pipeline) >= PIPELINED:
            raise TOO_MANY_AHEAD
        super().on_headers_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Begin to answer; where too many are in flight, when those before had a turn.

        Else most of a burst would be refused that is answered within milliseconds. From now on
        this connection is no longer idle.
        """
        self.idle.remove(self)
        if len(self.tasks) < self.limits.max_in_flight:
            super()._start_asgi_task(cycle, app)
        else:  # a turn in which they are answered, and one in which they are counted off
            self.deferred = True
            self.loop.call_soon(self.loop.call_soon, self.start_or_refuse, cycle, app)

    def start_or_refuse(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Begin to answer, unless too many are in flight still."""
        self.deferred = False
        if self.transport.is_closing() or self.has_refused:
            return
        if len(self.tasks) < self.limits.max_in_flight:
            super()._start_asgi_task(cycle, app)
        else:
            self.refuse(too_busy(self.limits))

    def on_response_complete(self) -> None:
        """An answer ends. Unless another request waits, this connection is idle again.

        uvicorn's own sets a timer here, which the rest of a body that nobody reads takes away.
        """
        self.server_state.total_requests += 1
        if self.transport.is_closing() or self.has_refused:
            return
        self.flow.resume_reading()
        self.idle.add(self)
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self.idle_since = self.loop.time()
        if self.pending is not None:
            refusal, self.pending = self.pending, None
            self.refuse(refusal)

    def sweep(self, now: float) -> None:
        """End what has been idle for too long."""
        super().sweep(now)
        if self.idle_since is not None and now - self.idle_since > self.limits.keep_alive:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        super().connection_lost(exc)
        self.idle.remove(self)
