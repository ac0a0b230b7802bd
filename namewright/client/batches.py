"""Names to score, however many: as many at a time as one request may have."""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator

from namewright.alphabet import MAX_TYPED
from namewright.answers import MAX_NAMES
from namewright.client.errors import ProblemError
from namewright.score import listed

MAX_BODY = 262_144
"""Bytes of a body, as the service has it by default."""
RESERVED = 4_096
"""Bytes of them for what a body has beside the names."""
TOO_LARGE = 413
SURROGATE = re.compile("[\ud800-\udfff]")


class Batches:
    """Names in their order, a batch at a time; never more of them in memory.

    Raises TypeError for one text in place of a list, and, when it comes to it, for a name that is
    no text.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = iter(listed(names))
        self.waiting: deque[str] = deque()  # before the others
        self.room = MAX_BODY - RESERVED

    def take(self) -> list[str]:
        """The next names, as they are sent; none where there are no more."""
        batch: list[str] = []
        size = 0
        for name in self.left():
            sent = sendable(name)
            size += size_of(sent)
            if batch and size > self.room:
                self.waiting.appendleft(name)
                break
            batch.append(sent)
            if len(batch) == MAX_NAMES:
                break
        return batch

    def shrink(self, batch: list[str], error: ProblemError) -> None:
        """Take back a batch that was too large for the service, and give smaller ones from now on.

        Raises the error where that is not what is wrong, or there is nothing to divide.
        """
        if error.status != TOO_LARGE or len(batch) == 1:
            raise error
        self.room = sum(map(size_of, batch)) // 2
        self.waiting.extendleft(reversed(batch))

    def left(self) -> Iterator[str]:
        """The names that are in no batch yet."""
        while self.waiting:
            yield self.waiting.popleft()
        yield from self.names


def sendable(name: str) -> str:
    """What is sent of a name, which has the result that the name itself would have.

    Half of a surrogate pair is no character, and JSON has no room for it. Of a name that is too
    long, enough is sent to be too long.
    """
    if not isinstance(name, str):
        raise TypeError(f"each name should be text (str), not {type(name).__name__}")
    return SURROGATE.sub("\ufffd", name[: MAX_TYPED + 1])


def size_of(name: str) -> int:
    """Bytes of a name in JSON, with the comma behind it."""
    return len(json.dumps(name, ensure_ascii=False).encode()) + 1
