"""What `namewright serve` does: bind, load, serve until interrupted."""

import asyncio
import logging
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from namewright import Sources, load_registry
from namewright.errors import AddressError, MemoryLimitError, SettingError

from . import logs, memory
from .memory_limit import memory_taken, warn_of_too_little
from .settings import COUNTS, PREFIX, Settings, read_settings

if TYPE_CHECKING:
    from .application import Application

log = logging.getLogger("namewright")

SHARED_MEMORY = "/dev/shm"
"""A folder of files in memory, where Linux has it."""


def serve(sources: Sources | None = None, **given: Any) -> None:
    """Serve the models of some sources; a setting that is None is as the environment says.

    It answers as soon as the default model is loaded, and is ready when all are. Raises
    SettingError, AddressError if it cannot listen there, CheckpointError, and MemoryLimitError.
    """
    settings = read_settings(**given)
    if settings.workers > 1 and not hasattr(os, "fork"):
        raise SettingError(f"{PREFIX}WORKERS", "should be 1 here: this system cannot fork")
    listener = bind(settings)
    logs.configure(settings)
    taken = memory_taken(sources, settings.workers)
    warn_of_too_little(taken)
    with counts(settings):
        try:
            application = load(settings, sources)
            memory.settle()
            announce(listener)
            if settings.workers == 1:
                answer(application, settings, listener)
            else:
                answer_together(application, settings, listener, sources)
        except MemoryError as error:
            raise MemoryLimitError(taken) from error


def bind(settings: Settings) -> socket.socket:
    """A socket at the address. Raises AddressError at once, before any model is loaded."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise AddressError(settings.host, settings.port, error) from error


@contextmanager
def counts(settings: Settings) -> Iterator[None]:
    """A folder for what several workers count, unless the environment names one."""
    if settings.workers == 1 or COUNTS in os.environ:
        yield
        return
    # A container's root may be read-only.
    within = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None
    with TemporaryDirectory(prefix="namewright-counts-", dir=within) as folder:
        os.environ[COUNTS] = folder
        yield


def load(settings: Settings, sources: Sources | None) -> "Application":
    """The application, with the default model loaded; where workers share them, with all models."""
    with ThreadPoolExecutor(1) as beside:
        loading = beside.submit(load_registry, sources, lazily=settings.workers == 1)
        # Importing the framework takes longer than loading the default model.
        from .main import create_app  # noqa: PLC0415
    return create_app(loading.result(), settings, sources=sources)


def answer(
    application: "Application",
    settings: Settings,
    listener: socket.socket,
    parent: int | None = None,
) -> None:
    """Answer until a signal says to end, or until this is no longer the child of `parent`."""
    from .server import Server, configure  # noqa: PLC0415

    server = Server(configure(application, settings), settings, parent)
    server.run(sockets=[listener])
    if server.fault is not None:
        raise server.fault


def answer_together(
    application: "Application",
    settings: Settings,
    listener: socket.socket,
    sources: Sources | None,
) -> None:
    """The same by several processes."""
    from .loading import reload  # noqa: PLC0415
    from .workers import Workers  # noqa: PLC0415

    parent = os.getpid()
    Workers(
        settings.workers,
        work=lambda: answer(application, settings, listener, parent),
        reload=lambda: asyncio.run(reload(application, sources)),
    ).run()


def announce(listener: socket.socket) -> None:
    """Say where it answers."""
    at, chosen = listener.getsockname()[:2]
    log.info("Namewright answers at http://%s:%d", f"[{at}]" if ":" in at else at, chosen)
