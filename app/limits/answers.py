"""The time to take an answer: a client that does not read is cut off.

The attack: sixty clients ask for 8 MB each and read none of it; the answers stay in memory, and
the service cannot end.

What counts is progress: each time that the client has taken a little more, it has the whole time
again. A slow reader of a long answer is not cut off: the system's own buffers hold megabytes for
it, and whatever leaves them has been taken. Our buffer is small, and a long answer is sent in
parts, so that it waits where its size is bounded: in the application, which has only so many places
for large requests.
"""

from asyncio import Transport

from ..packet import Packets
from .refusal import Guarded

BUFFER = 16_384
"""Bytes of an answer that wait for the client, beside those in the system's own buffers."""
LITTLE = 4_096
"""Bytes that a client has to take to have the time again."""


class Answers(Guarded):
    """A protocol that watches its write buffer."""

    packets: Packets
    stalled_since: float | None = None
    taken = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Bound the write buffer."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=BUFFER)

    def waited(self, now: float) -> float:
        """For an answer to be taken, too."""
        stalled = 0.0 if self.stalled_since is None else now - self.stalled_since
        return max(stalled, super().waited(now))

    def sweep(self, now: float) -> None:
        """End what has not taken anything for too long, also where the answer is whole."""
        super().sweep(now)
        if not self.packets.transport.get_write_buffer_size():  # a head that waits is not stalled
            self.stalled_since = None
            return
        taken = self.packets.taken()
        if self.stalled_since is None or taken - self.taken >= LITTLE:
            self.stalled_since, self.taken = now, taken
        elif now - self.stalled_since > self.limits.answer_timeout:
            self.refused("answer_timeout")
            self.transport.abort()
