"""The size of a request's head, and the time to send it: 414, 431, 408.

The attacks: a header of 32 MB, or 100,000 of them, each of which is parsed and kept; a head that
is never finished, one byte at a time, a thousand times over.
"""

from asyncio import Transport

from ..settings import Settings
from .refusal import Guarded, Refusal

HEADER = 128
"""Bytes that a header takes beside those that are sent."""


def too_long(limits: Settings) -> Refusal:
    """A target that is too long."""
    return Refusal("target", 414, f"a target has at most {limits.max_target:,} bytes")


def too_large(limits: Settings) -> Refusal:
    """Too many bytes of headers."""
    return Refusal("head", 431, f"a request has at most {limits.max_head:,} bytes of headers")


def too_many(limits: Settings) -> Refusal:
    """Too many headers."""
    return Refusal("headers", 431, f"a request has at most {limits.max_headers:,} headers")


def too_slow(limits: Settings) -> Refusal:
    """A head that is not there in time."""
    seconds = limits.head_timeout
    return Refusal("head_timeout", 408, f"a request's headers arrive within {seconds:g} seconds")


class Heads(Guarded):
    """A protocol that bounds heads, and the trailers that may follow a body."""

    in_head = True
    head_size = 0
    line_size = 0
    head_since: float | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """The first head is waited for from now on."""
        super().connection_made(transport)
        self.head_since = self.loop.time()

    def data_received(self, data: bytes) -> None:
        """Count what an unfinished line of a head takes too: the parser shows whole ones alone."""
        if self.in_head:
            self.line_size += len(data)
        super().data_received(data)
        if self.in_head and self.head_size + self.line_size > self.limits.max_head:
            self.refuse(too_large(self.limits))

    def on_message_begin(self) -> None:
        """Another head."""
        super().on_message_begin()
        self.in_head, self.head_size, self.line_size = True, 0, 0
        self.head_since = self.loop.time()

    def on_url(self, url: bytes) -> None:
        """A part of the target."""
        super().on_url(url)
        if len(self.url) > self.limits.max_target:
            raise too_long(self.limits)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer."""
        self.head_size += len(name) + len(value)
        self.line_size = 0
        if self.head_size > self.limits.max_head:
            raise too_large(self.limits)
        if len(self.headers) >= self.limits.max_headers:
            raise too_many(self.limits)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self.in_head, self.head_since = False, None
        super().on_headers_complete()

    def held(self) -> int:
        """A head, as far as it is there."""
        lines = HEADER * len(self.headers or ())
        return super().held() + self.head_size + self.line_size + lines

    def on_response_complete(self) -> None:
        """Keep nothing of a head that is answered while the next one is waited for."""
        if self.answering is self.cycle and not self.in_head:
            self.headers, self.head_size, self.line_size = [], 0, 0
            self.scope = self.cycle.scope = {}  # type: ignore[typeddict-item]
        super().on_response_complete()

    def give_up(self) -> None:
        """Keep nothing of half a head either."""
        super().give_up()
        if self.in_head and self.headers:
            self.headers.clear()

    def sweep(self, now: float) -> None:
        """End what has waited too long for a head that has begun, or for the first one."""
        super().sweep(now)
        if self.head_since is not None and now - self.head_since > self.limits.head_timeout:
            self.refuse(too_slow(self.limits))
