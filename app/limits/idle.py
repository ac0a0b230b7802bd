"""The connections that nobody is at work for, and what they hold.

The attack: five hundred heads of 15 kB, or bodies of 8 kB, all but the last byte of each.

Where there is no room, for another connection or for what they hold, the one that has been idle for
longest makes it, as nginx drains its idle ones. So idle connections cannot keep others out, however
many they are, and one that has just come has the time to ask.
"""

from collections import OrderedDict
from typing import Generic, TypeVar

MOST_HELD = 4_194_304
"""Bytes that half-sent requests may hold, all together."""

T = TypeVar("T")


class Idle(Generic[T]):
    """Idle connections, the one that has been for longest first, with the bytes that each holds."""

    def __init__(self) -> None:
        self.held_by: OrderedDict[T, int] = OrderedDict()
        self.held = 0

    def add(self, connection: T) -> None:
        """A connection becomes idle."""
        self.held_by[connection] = 0

    def remove(self, connection: T) -> None:
        """It is no longer, or is gone."""
        self.held -= self.held_by.pop(connection, 0)

    def __contains__(self, connection: T) -> bool:
        """Whether a connection is idle."""
        return connection in self.held_by

    def hold(self, connection: T, size: int) -> None:
        """So much is there of the next request of an idle one."""
        self.held += size - self.held_by[connection]
        self.held_by[connection] = size

    def longest(self) -> T | None:
        """The one that has been idle for longest; None where there is none."""
        return next(iter(self.held_by), None)

    def in_the_way(self) -> T | None:
        """Where too much is held, the one of its holders that has been idle for longest."""
        if self.held <= MOST_HELD:
            return None
        return next((connection for connection, size in self.held_by.items() if size), None)
