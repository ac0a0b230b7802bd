"""The head of an answer and the beginning of its body leave in one packet.

uvicorn writes the one after the other, and uvloop sends each at once: two system calls, which are a
twentieth of a small request's time. Here a head waits for what follows it, as the specification of
ASGI has it too: a body, or the end of the answer.
"""

import array
import sys
from asyncio import Transport
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD, INTERIM = b"HTTP/1.1 ", b"HTTP/1.1 1"
"""How the head of an answer begins, and that of one which another is to follow (`100 Continue`)."""


THE_TRANSPORTS = (
    *("can_write_eof", "get_extra_info", "is_closing", "pause_reading", "resume_reading"),
    "set_write_buffer_limits",
)
"""The methods of a transport that have nothing to do with what waits."""


class Packets:
    """The transport of a connection, but for when it sends a head."""

    __slots__ = ("transport", "waiting", "written", *THE_TRANSPORTS)

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.waiting = b""
        self.written = 0
        for name in THE_TRANSPORTS:
            setattr(self, name, getattr(transport, name))

    def write(self, data: bytes) -> None:
        """Send some bytes behind those that wait; a head waits, where nothing does."""
        if self.waiting:
            data, self.waiting = self.waiting + data, b""
            self.hand_over(data)
        elif data.startswith(HEAD) and not data.startswith(INTERIM):
            self.waiting = data
        elif data:
            self.hand_over(data)

    def send(self) -> None:
        """Send what waits."""
        self.write(b"")

    def hand_over(self, data: bytes) -> None:
        """Give some bytes to the transport, unless the client has left: then uvloop's raises."""
        if not self.transport.is_closing():
            self.written += len(data)
            self.transport.write(data)

    def taken(self) -> int:
        """Bytes that have left our buffer, and the system's too where it tells."""
        return (
            self.written - self.transport.get_write_buffer_size() - unacknowledged(self.transport)
        )

    def get_write_buffer_size(self) -> int:
        """Bytes that are not sent yet."""
        return self.transport.get_write_buffer_size() + len(self.waiting)

    def write_eof(self) -> None:
        """Send what waits, and close this side."""
        self.send()
        self.transport.write_eof()

    def close(self) -> None:
        """Send what waits, and close."""
        self.send()
        self.transport.close()

    def abort(self) -> None:
        """Close at once."""
        self.waiting = b""
        self.transport.abort()


def unacknowledged(transport: Transport) -> int:
    """Bytes in the system's buffer that are not acknowledged; 0 where it does not tell."""
    if sys.platform != "linux":
        return 0
    from fcntl import ioctl  # noqa: PLC0415 - of Unix alone
    from termios import TIOCOUTQ  # noqa: PLC0415

    found = array.array("i", [0])
    ioctl(transport.get_extra_info("socket").fileno(), TIOCOUTQ, found)
    return found[0]


class Packed(HttpToolsProtocol):
    """A protocol whose transport is `Packets`."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Stand between the protocol and its transport."""
        self.packets = Packets(transport)
        super().connection_made(cast(Any, self.packets))

    def on_response_complete(self) -> None:
        """An answer ends: one without a body is its head alone."""
        self.packets.send()
        super().on_response_complete()
