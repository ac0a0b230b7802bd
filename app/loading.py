"""Loading the models at the start, and anew while requests go on: all of it, or nothing.

A request that has begun goes on with the model that it found.
"""

import asyncio
import logging

from fastapi import FastAPI

from namewright import Sources, load_registry
from namewright.errors import NamewrightError

log = logging.getLogger("uvicorn.error")  # which uvicorn shows


def load(app: FastAPI) -> None:
    """Load the models that are not loaded yet. Raises CheckpointError."""
    app.state.registry.load_all()


async def reload(app: FastAPI, sources: Sources | None) -> None:
    """Load the models of some sources, and the file of keys; the log says what came of it."""
    try:
        registry = await asyncio.to_thread(load_registry, sources)
        if app.state.keys:
            app.state.keys.reload()
    except NamewrightError as error:
        log.error("the models stay as they were: %s", error)
    else:
        app.state.registry = registry
        log.info("models loaded anew: %s", ", ".join(registry.models))
