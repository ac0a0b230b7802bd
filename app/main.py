"""The application. Nothing happens at import: `create_app` makes one, its models loaded.

uvicorn --factory app.main:create_app
"""

import logging

from fastapi import FastAPI

from app import __version__, problems
from namewright import Registry, load_registry
from namewright.kernel import COMPILED
from app.fast_path import FastPath
from app.routes import router
from app.settings import Settings

log = logging.getLogger("namewright")

DESCRIPTION = """Learns from a list of names and makes more like them, and says how plausible a
name is. The same seed gives the same names on any machine."""


def create_app(settings: Settings | None = None, registry: Registry | None = None) -> FastAPI:
    """An application ready to serve a registry, or that which the settings name.

    Raises CheckpointError if it has to load one and cannot.
    """
    settings = settings or Settings()
    app = FastAPI(title="Namewright", description=DESCRIPTION, version=__version__)
    registry = registry or load_registry(settings.models_dir, settings.default_model)
    app.state.registry = registry
    if not COMPILED:
        log.warning("the compiled kernel was not built: the reference serves, the same but slower")
    app.include_router(router)
    app.add_middleware(FastPath, registry=registry)
    problems.install(app)
    return app
