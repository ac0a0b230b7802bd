"""Answers that are longer than memory: rows, made a part at a time, as the client takes them.

The attack: clients that ask for ten million names, and read them one by one, or not at all. What an
answer holds is one part of it, and the next is made when that has been taken. It has a thread only
while it makes one, in turn with everybody's, and of such answers there are only so many.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import partial
from itertools import islice
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from namewright import Sampling
from namewright.budget import Budget
from namewright.errors import ExhaustedError
from namewright.writers import NameWriter, ScoreWriter

from .encoding import is_answer
from .exchange import Exchange, exchange_of
from .limits.admission import STREAM, admit, compute, compute_unless_gone, until_handed_over
from .shape_route import is_head

FIRST = 500
"""Names of the first part: it is there at once."""
PART = 4_000
"""Names of each part after it: about a millisecond's work, and 30 kB."""
SCORED = 1_000
"""Names of a part that are scored."""

UNBUFFERED = {"X-Accel-Buffering": "no"}
"""Tells nginx to hand a stream on as it comes: else it would gather all of it in a file."""

Computing = Callable[[Callable[[], bytes], Callable[[], None]], Coroutine[Any, Any, bytes]]


class NameRows:
    """The rows of a sampling that has a seed, made a part at a time, and counted by an exchange.

    more    whether there are any left
    """

    def __init__(self, writer: NameWriter, sampling: Sampling, exchange: Exchange) -> None:
        self.writer, self.sampling, self.exchange = writer, sampling, exchange
        self.accept = writer.model.acceptance(sampling)
        self.more = True
        exchange.names = 0

    def take(self, n: int, budget: Budget) -> bytes:
        """Those of the next `n` names. Raises as `NameWriter.write` does.

        Where names run out under `unique` or `novel`, there are fewer, and then no more.
        """
        exchange = self.exchange
        part = self.sampling.part(exchange.names, min(n, self.sampling.n - exchange.names))
        written: list[bytes] = []
        try:
            self.writer.write(part, written, budget, self.accept)
        except ExhaustedError:
            exchange.names += sum(rows.count(b"\n") for rows in written)
            self.more = False
            if not is_answer(exchange.names > 0, self.sampling):
                raise
        else:
            exchange.names += part.n
            self.more = exchange.names < self.sampling.n
        return b"".join(written)


async def stream_names(
    request: Request, writer: NameWriter, sampling: Sampling, headers: dict[str, str]
) -> Response:
    """The rows of names. Raises as `NameRows.take` does, before anything is sent.

    Each part may draw as many candidates as a request; what goes wrong later on breaks the
    connection off. Of a HEAD nothing is made but the first part, which shows what is wrong.
    """
    admit(request, STREAM)
    exchange = exchange_of(request)
    rows = NameRows(writer, sampling, exchange)
    limit = request.app.state.settings.max_candidates

    async def take(n: int, work: Computing) -> bytes:
        """Rows made in a thread, which stops when the client leaves."""
        budget = Budget(limit)
        try:
            return await work(partial(rows.take, n, budget), budget.cancel)
        finally:
            exchange.attempts += budget.drawn

    first = writer.head() + await take(FIRST, partial(compute_unless_gone, request))

    async def stream() -> AsyncIterator[bytes]:
        yield first
        while rows.more and not is_head(request):
            yield await take(PART, partial(compute, request))

    return respond_in_rows(request, writer, stream(), headers)


def scored_rows(writer: ScoreWriter, names: Iterator[str], exchange: Exchange) -> Iterator[bytes]:
    """The rows of names that are scored, in parts."""
    while part := list(islice(names, SCORED)):
        exchange.scored += len(part)
        yield writer.rows(part)


async def stream_scores(request: Request, writer: ScoreWriter, names: Iterator[str]) -> Response:
    """The rows of names that are scored, of a request that has a place."""
    parts = scored_rows(writer, names, exchange_of(request))

    async def stream() -> AsyncIterator[bytes]:
        yield writer.head()
        while part := await compute(request, partial(next, parts, b"")):
            yield part

    return respond_in_rows(request, writer, stream(), {})


def respond_in_rows(
    request: Request,
    writer: NameWriter | ScoreWriter,
    parts: AsyncIterator[bytes],
    headers: dict[str, str],
) -> Response:
    """A 200 of rows, sent as they are made."""
    return StreamingResponse(
        until_handed_over(request, parts),
        media_type=writer.format.media_type,
        headers=UNBUFFERED | headers,
    )
