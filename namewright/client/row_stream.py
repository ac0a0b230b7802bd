"""A stream of names over as many connections as it takes: the same names as over one.

A row counts once it is whole. What breaks off is gone on with by `offset`, from the first name that
is not there yet; under `unique`, where a name depends on all those before it in its request, by the
same request again, of which the rows that are there already are left out.
"""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from namewright.answers import MAX_ROWS
from namewright.client.calls import Call, RowsRequest, call_for_rows
from namewright.client.errors import (
    ChangedModelError,
    ClientError,
    ForeignAnswerError,
    NoAnswerError,
)
from namewright.client.retries import Attempts, Retries
from namewright.errors import ExhaustedError

T = TypeVar("T")
HEADERS = "namewright-"
"""What the headers begin with that say what the names depend on."""


class RowStream(Generic[T]):
    """Where a stream is.

    read_row    what is made of a row, without the line feed behind it
    """

    def __init__(
        self,
        request: RowsRequest,
        retries: Retries,
        read_row: Callable[[str], T],
        format_name: str = "text",
        *,
        scores: bool = False,
    ) -> None:
        self.request = request.seeded()  # here, so that every part is of one seed
        self.attempts, self.read_row = Attempts(retries), read_row
        self.format_name, self.scores = format_name, scores
        self.made_of: dict[str, str] = {}
        self.taken = self.asked_from = self.asked = self.repeated = 0
        self.rest, self.is_whole = b"", False

    def call(self) -> Call | None:
        """What to ask for next; None where there is nothing left to ask for."""
        left = self.request.n - self.taken
        if self.is_whole or not left:
            return None
        self.rest = b""
        self.asked_from = 0 if self.request.unique else self.taken
        self.repeated = self.taken - self.asked_from
        part = self.request.part(self.asked_from, min(left + self.repeated, MAX_ROWS))
        self.asked = part.n
        return call_for_rows(part, self.format_name, scores=self.scores)

    def begin(self, headers: Mapping[str, str]) -> None:
        """An answer begins.

        Raises ChangedModelError where it is of another model than those before it.
        """
        made_of = {key: value for key, value in headers.items() if key.startswith(HEADERS)}
        if not made_of:
            raise ForeignAnswerError("the names have no Namewright-Digest; is base_url right?")
        self.made_of = self.made_of or made_of
        for header in sorted(self.made_of.keys() | made_of.keys()):
            if self.made_of.get(header) != made_of.get(header):
                raise ChangedModelError(header.title())

    def take(self, part: bytes) -> list[T]:
        """What is new in a part of an answer."""
        whole, feed, self.rest = (self.rest + part).rpartition(b"\n")
        rows = whole.decode().split("\n") if feed else []
        new = rows[self.repeated :]
        self.repeated -= len(rows) - len(new)
        self.taken += len(new)
        if new:
            self.attempts.succeeded()
        return [self.read_row(row) for row in new]

    def end(self) -> None:
        """An answer has ended as if it were whole. Raises NoAnswerError where it is not.

        Under `unique` and `novel` there may be fewer names than were asked for.
        """
        if self.taken - self.asked_from < self.asked:
            if self.rest or not (self.request.unique or self.request.novel):
                raise NoAnswerError("the answer has fewer rows than it should have")
            self.is_whole = True

    def pause(self, error: ClientError) -> float:
        """Seconds to wait before it goes on. Raises the error where it cannot.

        Where it broke off behind the last name there is, whoever asks for more hears that there are
        none: then it is whole.
        """
        if self.taken and isinstance(error, ExhaustedError) and self.request.novel:
            self.is_whole = True
            return 0.0
        return self.attempts.pause(error)
