"""What `namewright serve` does: bind, load, serve until interrupted."""

import logging
import socket
from concurrent.futures import ThreadPoolExecutor

from namewright import Sources, load_registry
from namewright.errors import AddressError

from . import memory
from .settings import Settings, read_settings

log = logging.getLogger("uvicorn.error")  # which uvicorn shows


def serve(
    host: str | None = None,
    port: int | None = None,
    access_log: bool | None = None,
    sources: Sources | None = None,
) -> None:
    """Serve the models of some sources; what is None is as the environment says.

    It answers as soon as the default model is loaded, and is ready when all are. Raises
    SettingError, AddressError if it cannot listen there, and CheckpointError.
    """
    settings = read_settings(host=host, port=port, access_log=access_log)
    listener = bind(settings)
    with ThreadPoolExecutor(1) as beside:
        loading = beside.submit(load_registry, sources, lazily=True)
        # Importing the framework takes longer than loading the default model.
        from .main import create_app  # noqa: PLC0415
        from .server import Server, configure  # noqa: PLC0415
    application = create_app(loading.result(), settings, sources=sources)
    memory.settle()
    server = Server(configure(application, settings), settings)  # which sets up the log
    at, chosen = listener.getsockname()[:2]
    log.info("Namewright answers at http://%s:%d", f"[{at}]" if ":" in at else at, chosen)
    server.run(sockets=[listener])
    if server.fault is not None:
        raise server.fault


def bind(settings: Settings) -> socket.socket:
    """A socket at the address. Raises AddressError at once, before any model is loaded."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise AddressError(settings.host, settings.port, error) from error
