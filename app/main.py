"""The application. Nothing happens at import: `create_app` makes one, its models loaded.

uvicorn --factory app.main:create_app
"""

import logging
from collections.abc import Sequence

from fastapi import FastAPI
from fastapi.params import Depends

from namewright import Registry, __version__, load_registry
from namewright.kernel import KERNEL

from . import problems, routes

log = logging.getLogger("namewright")

DESCRIPTION = """Learns from a list of names and makes more like them, and says how plausible a
name is. The same seed gives the same names on any machine."""


def create_app(registry: Registry | None = None, dependencies: Sequence[Depends] = ()) -> FastAPI:
    """An application ready to serve a registry, or all the models that the environment names.

    `dependencies` are solved for every request of every call.

    Raises CheckpointError if it has to load one and cannot, and SettingError for a default model
    that is not there.
    """
    # Paths are what they are: a redirect would go to whatever host the caller has named.
    app = problems.DocumentedApp(
        title="Namewright",
        description=DESCRIPTION,
        version=__version__,
        redirect_slashes=False,
        dependencies=dependencies,
        # Otherwise each request asks the environment whether there is any.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.registry = registry or load_registry()
    if KERNEL != "compiled":
        log.warning("the compiled kernel was not built: the reference serves, the same but slower")
    routes.install(app)
    problems.install(app)
    return app
