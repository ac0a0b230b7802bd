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
from .limits.admission import STREAM, admit, compute, compute_unless_gone

FIRST = 500
"""Names of the first part: it is there at once."""
PART = 4_000
"""Names of each part after it: about a millisecond's work, and 30 kB."""
SCORED = 1_000
"""Names of a part that are scored."""


Made = tuple[bytes, bool]
Computing = Callable[[Callable[[], Made], Callable[[], None]], Coroutine[Any, Any, Made]]


def parts_of(sampling: Sampling) -> Iterator[Sampling]:
    """A sampling that has a seed, in parts."""
    first, n = 0, min(FIRST, sampling.n)
    while n:
        yield sampling.part(first, n)
        first += n
        n = min(PART, sampling.n - first)


async def stream_names(
    request: Request, writer: NameWriter, sampling: Sampling, headers: dict[str, str]
) -> Response:
    """The rows of names. Raises as `NameWriter.write` does, before anything is sent.

    Each part may draw as many candidates as a request. Where names run out under `unique` or
    `novel`, there are fewer rows; whatever else goes wrong later on breaks the connection off.
    """
    admit(request, STREAM)
    exchange = exchange_of(request)
    exchange.names = 0
    accept = writer.model.acceptance(sampling)
    limit = request.app.state.settings.max_candidates
    parts = parts_of(sampling)

    def make(part: Sampling, budget: Budget) -> Made:
        """The rows of a part, and whether there are more to be had."""
        written: list[bytes] = []
        try:
            writer.write(part, written, budget, accept)
        except ExhaustedError:
            if not is_answer(bool(exchange.names or any(written)), sampling):
                raise
            return b"".join(written), False
        return b"".join(written), True

    async def made(work: Computing) -> Made:
        """What `make` gives of the next part, in a thread; it stops when the client leaves."""
        part, budget = next(parts), Budget(limit)
        try:
            rows, more = await work(partial(make, part, budget), budget.cancel)
        finally:
            exchange.attempts += budget.drawn
        exchange.names += part.n if more else rows.count(b"\n")
        return rows, more and exchange.names < sampling.n

    rows, more = await made(partial(compute_unless_gone, request))

    async def stream() -> AsyncIterator[bytes]:
        nonlocal rows, more
        yield writer.head() + rows
        while more:
            rows, more = await made(partial(compute, request))
            yield rows

    return StreamingResponse(stream(), media_type=writer.format.media_type, headers=headers)


def rows_of(writer: ScoreWriter, names: Iterator[str], exchange: Exchange) -> Iterator[bytes]:
    """The rows of names that are scored, in parts."""
    yield writer.head()
    while part := list(islice(names, SCORED)):
        exchange.scored += len(part)
        yield writer.rows(part)


async def stream_scores(request: Request, writer: ScoreWriter, names: Iterator[str]) -> Response:
    """The rows of names that are scored."""
    parts = rows_of(writer, names, exchange_of(request))
    first = next(parts) + await compute(request, partial(next, parts, b""))

    async def stream() -> AsyncIterator[bytes]:
        yield first
        while part := await compute(request, partial(next, parts, b"")):
            yield part

    return StreamingResponse(stream(), media_type=writer.format.media_type)
