"""The one module that knows httpx; httpx2 has the same names, so it would take its import alone.

A transport sends one call, once, and hands over the answer as it comes. What httpx raises it raises
as a ClientError; an answer that is no success, as the exception of its problem.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, NamedTuple

from namewright import __version__
from namewright.client.calls import Call
from namewright.client.errors import (
    ForeignAnswerError,
    NoAnswerError,
    TimedOutError,
    problem_of,
)
from namewright.errors import ParameterError

try:
    import httpx
except ModuleNotFoundError as error:
    message = "the client needs httpx: pip install 'namewright[client]'"
    raise ModuleNotFoundError(message, name="httpx") from error


class Reply(NamedTuple):
    """An answer that has begun."""

    headers: Mapping[str, str]
    parts: Iterator[bytes]


class AsyncReply(NamedTuple):
    """The same, whose parts are awaited."""

    headers: Mapping[str, str]
    parts: AsyncIterator[bytes]


def options(base_url: str, key: str | None, timeout: float) -> dict[str, Any]:
    """How a client of httpx is made. Raises ParameterError for what cannot be right."""
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise ParameterError("base_url", "should be an address, such as http://127.0.0.1:8000")
    if key is not None and not (key.isascii() and key.isprintable() and key.strip() == key != ""):
        raise ParameterError("key", "should be a key as `namewright keys new` prints it")
    if not timeout > 0:
        raise ParameterError("timeout", "should be a number of seconds above 0")
    headers = {"User-Agent": f"namewright/{__version__}"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    return {"base_url": url, "headers": headers, "timeout": timeout}


def parts_of(call: Call) -> dict[str, Any]:
    """A call as httpx takes it."""
    headers = {"Accept": f"{call.media_type}, application/problem+json"}
    if call.body is not None:
        headers["Content-Type"] = "application/json"
    return {
        "method": call.method,
        "url": call.path,
        "params": call.query or None,
        "content": call.body,
        "headers": headers,
    }


def check(call: Call, headers: Mapping[str, str]) -> None:
    """See that a success is of the type that was asked for. Raises ForeignAnswerError."""
    found = headers.get("content-type", "").partition(";")[0]
    if found != call.media_type:
        what = f"the answer is {found or 'of no type'} in place of {call.media_type}"
        raise ForeignAnswerError(f"{what}, so not Namewright's; is base_url right?")


@contextmanager
def raising_ours() -> Iterator[None]:
    """What httpx raises about a connection, as a ClientError."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise TimedOutError("the service took longer than timeout allows") from error
    except httpx.RequestError as error:
        raise NoAnswerError(f"no whole answer: {error or type(error).__name__}") from error


class Transport:
    """Calls that are waited for."""

    def __init__(self, base_url: str, key: str | None, timeout: float) -> None:
        self.http = httpx.Client(**options(base_url, key, timeout))

    @contextmanager
    def send(self, call: Call) -> Iterator[Reply]:
        """Send a call; its answer is there until the block ends. Raises ClientError."""
        with raising_ours(), self.http.stream(**parts_of(call)) as response:
            if not response.is_success:
                raise problem_of(response.status_code, response.headers, response.read())
            check(call, response.headers)
            yield Reply(response.headers, response.iter_bytes())

    def close(self) -> None:
        """Close all connections."""
        self.http.close()


class AsyncTransport:
    """Calls that are awaited."""

    def __init__(self, base_url: str, key: str | None, timeout: float) -> None:
        self.http = httpx.AsyncClient(**options(base_url, key, timeout))

    @asynccontextmanager
    async def send(self, call: Call) -> AsyncIterator[AsyncReply]:
        """Send a call; its answer is there until the block ends. Raises ClientError."""
        with raising_ours():
            async with self.http.stream(**parts_of(call)) as response:
                if not response.is_success:
                    raise problem_of(response.status_code, response.headers, await response.aread())
                check(call, response.headers)
                yield AsyncReply(response.headers, response.aiter_bytes())

    async def close(self) -> None:
        """Close all connections."""
        await self.http.aclose()
