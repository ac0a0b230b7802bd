"""Loading the models at the start, and anew while requests go on: all of it, or nothing.

A request that has begun goes on with the model that it found.
"""

import asyncio
import logging

from fastapi import FastAPI

from namewright import Registry, Sources, load_registry, offensive
from namewright.errors import NamewrightError
from namewright.offensive import OffensiveWords

from .prepared import PreparedNames

log = logging.getLogger("namewright")


def load(app: FastAPI) -> None:
    """Load the models that are not loaded yet. Raises CheckpointError."""
    app.state.registry.load_all()


def read(sources: Sources | None) -> tuple[Registry, OffensiveWords]:
    """The models of some sources, and the words that names leave out. Raises NamewrightError."""
    return load_registry(sources), offensive.read_words()


async def reload(app: FastAPI, sources: Sources | None) -> bool:
    """Load the models of some sources, and the files that settings name; whether all were good.

    The log says how it went. All is read before any of it is used, the keys last.
    """
    try:
        registry, words = await asyncio.to_thread(read, sources)
        if app.state.keys:
            app.state.keys.reload()
    except NamewrightError as error:
        log.error("the models stay as they were, and so do words and keys: %s", error)
        return False
    offensive.use(words)
    app.state.registry, app.state.prepared = registry, PreparedNames()
    keys = f"; keys: {len(app.state.keys.names)}" if app.state.keys else ""
    log.info("models loaded anew: %s%s", ", ".join(registry.models), keys)
    return True
