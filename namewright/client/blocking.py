"""The client whose calls return when the answer is there."""

import time
from collections.abc import Iterable, Iterator
from typing import Self, TypeVar, Unpack

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
from namewright.client.transport import Transport
from namewright.errors import UnscorableError
from namewright.parameters import with_parameters
from namewright.score import Score

T = TypeVar("T")


class Client:
    """Names and scores of a service. Threads may share one.

    base_url    where the service is, such as http://127.0.0.1:8000
    key         where the service asks for one
    timeout     seconds without a sign of life, of the connection or of an answer
    retries     how often it is tried again, and after how long

    Every call raises ClientError for what goes wrong on the way, and ProblemError for what the
    service refuses, which is also the exception that the library would raise.
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
        self.transport = Transport(base_url, key, timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; nothing can be asked after that."""
        self.transport.close()

    @with_parameters(NamesRequest)
    def names(self, request: NamesRequest) -> Names:
        """Up to 10,000 names, in one answer, which also says what gives them again.

        The parameters are those of `Sampling`, `model`, `scores` and `probability`.
        """
        return read_names(self.ask(call_for_names(request)))

    @with_parameters(RowsRequest)
    def iter_names(self, request: RowsRequest) -> Iterator[str]:
        """Any number of names, as they come; a stream that breaks off is gone on with.

        Under `unique` there are up to 10,000.

        The parameters are those of `Sampling`, and `model`. Without a seed, one is picked.
        """
        return self.iter_rows(RowStream(request, self.retries, str))

    @with_parameters(RowsRequest)
    def iter_scored_names(self, request: RowsRequest) -> Iterator[ScoredName]:
        """As `iter_names`, each name with its log-likelihood and its plausibility."""
        read = read_scored_name
        return self.iter_rows(RowStream(request, self.retries, read, "ndjson", scores=True))

    def score(
        self, names: Iterable[str], **options: Unpack[ScoreOptions]
    ) -> list[Score | UnscorableError]:
        """For each of any number of names, in order, its score or the reason there is none.

        The options are `model`, `fold`, `explain` and `characters`; without the last, each score's
        `characters` are empty.
        """
        return list(self.iter_scores(names, **options))

    def iter_scores(
        self, names: Iterable[str], **options: Unpack[ScoreOptions]
    ) -> Iterator[Score | UnscorableError]:
        """As `score`, each as it comes: neither names nor scores have to fit memory."""
        batches = Batches(names)
        while batch := batches.take():
            try:
                body = self.ask(call_for_scores(batch, options))
            except ProblemError as error:
                batches.shrink(batch, error)
                continue
            yield from read_scores(body, batch)

    def models(self) -> dict[str, ModelResponse]:
        """Each model that the service has, by its name."""
        return read_models(self.ask(MODELS))

    def ask(self, call: Call) -> bytes:
        """The whole answer to a call, however many tries it takes."""
        attempts = Attempts(self.retries)
        while True:
            try:
                with self.transport.send(call) as reply:
                    return b"".join(reply.parts)
            except ClientError as error:
                time.sleep(attempts.pause(error))

    def iter_rows(self, stream: RowStream[T]) -> Iterator[T]:
        """The rows of a stream, over as many connections as it takes."""
        while call := stream.call():
            try:
                with self.transport.send(call) as reply:
                    stream.begin(reply.headers)
                    for part in reply.parts:
                        yield from stream.take(part)
                    stream.end()
            except ClientError as error:
                time.sleep(stream.pause(error))
