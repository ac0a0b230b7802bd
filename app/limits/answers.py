"""The time to take an answer: a client that does not read is cut off.

The attack: sixty clients ask for 8 MB each and read none of it; the answers stay in memory, and
the service cannot end.

What counts is progress: each time that the write buffer has drained to a quarter, the client has
the whole time again. A slow reader of a long answer is not cut off. The buffer is small, and a long
answer is sent in parts, so that it waits where its size is bounded: in the application, which has
only so many places for large requests.
"""

from asyncio import Transport

from .refusal import Guarded

BUFFER = 16_384
"""Bytes of an answer that wait for the client, beside those in the system's own buffers."""


class Answers(Guarded):
    """A protocol that watches its write buffer."""

    stalled_since: float | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Bound the write buffer."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=BUFFER)

    def pause_writing(self) -> None:
        """The buffer is full."""
        super().pause_writing()
        self.stalled_since = self.loop.time()

    def resume_writing(self) -> None:
        """The buffer has drained."""
        super().resume_writing()
        self.stalled_since = None

    @property
    def stalls(self) -> bool:
        """An answer that is not taken."""
        return self.stalled_since is not None or super().stalls

    def sweep(self, now: float) -> None:
        """End what has not taken anything for too long, also where the answer is whole."""
        super().sweep(now)
        if not self.transport.get_write_buffer_size():
            self.stalled_since = None
        elif self.stalled_since is None:
            self.stalled_since = now
        elif now - self.stalled_since > self.limits.answer_timeout:
            self.refused("answer_timeout")
            self.transport.abort()
