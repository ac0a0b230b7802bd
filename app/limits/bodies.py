"""The size of a request's body, and the time to send it: 413, 408.

The attacks: 200 MB, announced or in chunks, to any path; 100 MB, over and over, broken off before
the end; bodies that stay half sent, as many as there may be requests in flight.

So a request with a small body is in flight when its body is whole. Until then nothing is held for
it but what it has sent, and its connection is as idle as one that sends half a head. A large one
begins at once: it needs a place before its body is read.
"""

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ..negotiation import is_lines
from ..schemas import SMALL_BODY
from ..settings import Settings
from .refusal import Guarded, Refusal

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
"""What a client waits for that asks whether to send its body."""
FRAMING = 2
"""A chunked body may take twice its size on the wire: what there is more is no body."""


def too_large(most: int) -> Refusal:
    """Too many bytes."""
    detail = f"a body has at most {most:,} bytes; send fewer names at a time"
    return Refusal("body", 413, detail)


def too_slow(limits: Settings) -> Refusal:
    """A body that is not there in time."""
    seconds = limits.body_timeout
    return Refusal("body_timeout", 408, f"a request's body arrives within {seconds:g} seconds")


class Bodies(Guarded):
    """A protocol that bounds bodies, by what is announced and by what arrives."""

    content_length = 0
    max_body = 0
    body_size = 0
    body_on_the_wire = 0
    body_since: float | None = None
    waiting: tuple[RequestResponseCycle, ASGI3Application] | None = None

    def on_headers_complete(self) -> None:
        """Refuse what is announced as too large before any of it is read."""
        announced = dict(reversed(self.headers))  # of several the first, as the application has it
        self.content_length = int(announced.get(b"content-length", 0))  # the parser has checked it
        content_type = announced.get(b"content-type")
        has_lines = content_type is not None and is_lines(content_type.decode("latin-1"))
        self.max_body = self.limits.max_lines if has_lines else self.limits.max_body
        if self.content_length > self.max_body:
            raise too_large(self.max_body)
        self.body_size = self.body_on_the_wire = 0
        self.body_since = self.loop.time()
        super().on_headers_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Begin to answer, unless the rest of a small body is waited for."""
        if cycle.more_body and max(self.content_length, len(cycle.body)) <= SMALL_BODY:
            self.waiting = cycle, app
            if cycle.waiting_for_100_continue:
                self.transport.write(CONTINUE)
                cycle.waiting_for_100_continue = False
        else:
            super()._start_asgi_task(cycle, app)

    def begin(self) -> None:
        """Begin to answer the request whose body was waited for, if one was."""
        if self.waiting is not None:
            (cycle, app), self.waiting = self.waiting, None
            super()._start_asgi_task(cycle, app)

    def refuse(self, refusal: Refusal) -> None:
        """What is refused while it is waited for is a request too: it is counted and logged."""
        self.begin()
        super().refuse(refusal)

    def held(self) -> int:
        """A body that is waited for, as far as it is there; any other is let go of as it comes."""
        return super().held() + (0 if self.waiting is None else len(self.waiting[0].body))

    def on_response_complete(self) -> None:
        """What is there of a body that nobody read is let go of; the rest is not kept."""
        if self.answering is not None:
            self.answering.body.clear()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone: so is what it has left."""
        self.begin()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count the framing of chunks too."""
        was_in_body = self.body_since is not None
        super().data_received(data)
        if was_in_body and self.body_since is not None:
            self.body_on_the_wire += len(data)
            if self.body_on_the_wire > FRAMING * self.max_body:
                self.refuse(too_large(self.max_body))

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self.body_size += len(body)
        if self.body_size > self.max_body:
            raise too_large(self.max_body)
        super().on_body(body)
        if self.body_size > SMALL_BODY:
            self.begin()

    def on_message_complete(self) -> None:
        """The body is whole."""
        self.body_since = None
        super().on_message_complete()
        self.begin()

    def waited(self, now: float) -> float:
        """For the rest of a body, too."""
        half_sent = 0.0 if self.body_since is None else now - self.body_since
        return max(half_sent, super().waited(now))

    def sweep(self, now: float) -> None:
        """End what has waited too long for a body."""
        super().sweep(now)
        if self.body_since is not None and now - self.body_since > self.limits.body_timeout:
            self.refuse(too_slow(self.limits))
