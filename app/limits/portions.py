"""How much of what has arrived is taken from the system at a time.

The attack: five hundred clients send 100 kB each at once. uvloop takes up to 256 kB of each before
the first of them is answered, and hands it on in one piece, whatever is asked for.

So it is taken in portions, and of a large body no other before the application asks for it.
"""

from asyncio import BufferedProtocol, Transport

from .refusal import Guarded


class Portions(Guarded):
    """A protocol that is given what has arrived a portion at a time."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Let a reader stand between the transport and the protocol."""
        transport.set_protocol(Reader(self))
        super().connection_made(transport)

    def on_body(self, body: bytes) -> None:
        """A part of a body; once it is being answered, the answer asks for the next."""
        super().on_body(body)
        cycle = self.answering
        if cycle is self.cycle and cycle.body:
            self.flow.pause_reading()

    def on_message_complete(self) -> None:
        """The body is whole: what comes now is another request, or the client's leaving."""
        super().on_message_complete()
        if self.answering is self.cycle:
            self.flow.resume_reading()


class Reader(BufferedProtocol):
    """What a transport reads into. One buffer serves all: what is in it is handed on at once."""

    __slots__ = ("buffer", "protocol")

    def __init__(self, protocol: Guarded) -> None:
        self.protocol = protocol
        self.buffer = protocol.guard.buffer

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where to read to."""
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        """So many bytes have been read."""
        self.protocol.data_received(bytes(self.buffer[:nbytes]))

    def eof_received(self) -> None:
        """The client sends no more."""
        self.protocol.eof_received()

    def pause_writing(self) -> None:
        """The client takes less than is sent."""
        self.protocol.pause_writing()

    def resume_writing(self) -> None:
        """It has taken it."""
        self.protocol.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self.protocol.connection_lost(exc)
