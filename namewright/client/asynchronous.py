"""The client whose calls are awaited."""

from collections.abc import AsyncGenerator, Iterable
from typing import Self, TypeVar, Unpack

from anyio import sleep

from namewright.answers import ModelResponse
from namewright.client.batches import Batches
from namewright.client.calls import (
    MODELS,
    Call,
    NamesRequest,
    RowsRequest,
    ScoreOptions,
    call_for_names,
    call_for_scores,
)
from namewright.client.errors import ClientError, ProblemError
from namewright.client.names import (
    Names,
    ScoredName,
    read_models,
    read_names,
    read_scored_name,
    read_scores,
)
from namewright.client.retries import Attempts, Retries, checked
from namewright.client.row_stream import RowStream
from namewright.client.transport import AsyncTransport
from namewright.errors import UnscorableError
from namewright.parameters import with_parameters
from namewright.score import Score

T = TypeVar("T")


class AsyncClient:
    """Names and scores of a service, as `Client` has them; within one event loop.

    An iterator that is not run to its end keeps its connection until it is closed: for a part of a
    long one, `async with contextlib.aclosing(client.iter_names(...)) as names`.
    """

    def __init__(
        self,
        base_url: str,
        *,
        key: str | None = None,
        timeout: float = 30.0,
        retries: Retries = Retries(),  # noqa: B008 - it is frozen
    ) -> None:
        self.retries = checked(retries)
        self.transport = AsyncTransport(base_url, key, timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections; nothing can be asked after that."""
        await self.transport.close()

    @with_parameters(NamesRequest)
    async def names(self, request: NamesRequest) -> Names:
        """As `Client.names`."""
        return read_names(await self.ask(call_for_names(request)))

    @with_parameters(RowsRequest)
    def iter_names(self, request: RowsRequest) -> AsyncGenerator[str, None]:
        """As `Client.iter_names`."""
        return self.iter_rows(RowStream(request, self.retries, str))

    @with_parameters(RowsRequest)
    def iter_scored_names(self, request: RowsRequest) -> AsyncGenerator[ScoredName, None]:
        """As `Client.iter_scored_names`."""
        read = read_scored_name
        return self.iter_rows(RowStream(request, self.retries, read, "ndjson", scores=True))

    async def score(
        self, names: Iterable[str], **options: Unpack[ScoreOptions]
    ) -> list[Score | UnscorableError]:
        """As `Client.score`."""
        return [score async for score in self.iter_scores(names, **options)]

    async def iter_scores(
        self, names: Iterable[str], **options: Unpack[ScoreOptions]
    ) -> AsyncGenerator[Score | UnscorableError, None]:
        """As `Client.iter_scores`."""
        batches = Batches(names)
        while batch := batches.take():
            try:
                body = await self.ask(call_for_scores(batch, options))
            except ProblemError as error:
                batches.shrink(batch, error)
                continue
            for score in read_scores(body, batch):
                yield score

    async def models(self) -> dict[str, ModelResponse]:
        """Each model that the service has, by its name."""
        return read_models(await self.ask(MODELS))

    async def ask(self, call: Call) -> bytes:
        """The whole answer to a call, however many tries it takes."""
        attempts = Attempts(self.retries)
        while True:
            try:
                async with self.transport.send(call) as reply:
                    return b"".join([part async for part in reply.parts])
            except ClientError as error:
                await sleep(attempts.pause(error))

    async def iter_rows(self, stream: RowStream[T]) -> AsyncGenerator[T, None]:
        """The rows of a stream, over as many connections as it takes."""
        while call := stream.call():
            try:
                async with self.transport.send(call) as reply:
                    stream.begin(reply.headers)
                    async for part in reply.parts:
                        for row in stream.take(part):
                            yield row
                    stream.end()
            except ClientError as error:
                await sleep(stream.pause(error))
