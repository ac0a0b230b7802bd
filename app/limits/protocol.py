"""The connection that uvicorn makes for each client, with every limit.

    uvicorn.Config(app, http=Protocol)

An application that `create_app` made gives it what it needs, through the state of its lifespan.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from ..packet import Packed
from ..settings import Settings
from .admission import admissions
from .answers import Answers
from .bodies import Bodies
from .connections import Connections
from .heads import Heads
from .portions import Portions
from .refusal import Guard, Reload


class Protocol(Portions, Packed, Heads, Bodies, Answers, Connections):
    """uvicorn's protocol, bounded in every way that one client can take from the others."""


def install(app: FastAPI, settings: Settings, load: Callable[[], None], reload: Reload) -> None:
    """Give an application its limits; `load` and `reload` are for its server."""
    guard = app.state.guard = Guard(settings, app.state.metrics.refused, load, reload)
    app.state.admissions = admissions(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        yield {"guard": guard}

    app.router.lifespan_context = lifespan
