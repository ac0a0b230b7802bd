"""How tests call a client."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from namewright import Score, UnscorableError
from namewright.client import AsyncClient, Retries
from namewright.score import describe
from tests.namewright.client.proxy import answer

AT_ONCE = Retries(times=2, first=0)


NAMES = json.dumps({"model": "m", "seed": 1, "names": ["ab"]})


GOOD = answer(200, NAMES, "application/json")


def described(scores: Iterable[Score | UnscorableError]) -> list[Any]:
    """Scores as the service says them: to nine digits."""
    return [describe(score, characters=True) for score in scores]


def awaited(url: str, call: Callable[[AsyncClient], Awaitable[Any]], **options: Any) -> Any:
    """What a call of an `AsyncClient` gives."""

    async def run() -> Any:
        async with AsyncClient(url, **{"retries": AT_ONCE, **options}) as client:
            return await call(client)

    return asyncio.run(run())
