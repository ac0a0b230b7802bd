"""The application. Nothing happens at import: `create_app` makes one, its models loaded.

uvicorn --factory app.main:create_app
"""

import logging
from collections.abc import Sequence
from functools import partial
from operator import attrgetter

from fastapi.params import Depends

from namewright import Registry, Sources, __version__, load_registry, offensive
from namewright.conditions import KEPT
from namewright.kernel import KERNEL

from . import (
    cors,
    documentation,
    guide,
    keys,
    methods,
    metrics,
    observation,
    page,
    problems,
    routes,
    tracing,
)
from .application import Application
from .limits import protocol
from .loading import load, reload
from .prepared import PreparedNames
from .settings import Settings, read_settings

log = logging.getLogger("namewright")

DESCRIPTION = """Learns from a list of names and makes more like them, and says how plausible a
name is. The same seed gives the same names on any machine."""


def create_app(
    registry: Registry | None = None,
    settings: Settings | None = None,
    *,
    sources: Sources | None = None,
    dependencies: Sequence[Depends] = (),
) -> Application:
    """An application ready to serve a registry, or all the models of some sources.

    `settings` and `sources` are those of the environment where none are given; a reload reads the
    sources. `dependencies` are solved for every request of every call. An application that includes
    its router has the calls alone, without what is around them, as keys are; mounted it has both.

    Raises CheckpointError if it has to load one and cannot, and SettingError for a default model
    that is not there and for a setting that is not valid.
    """
    settings = settings or read_settings()
    telemetry = tracing.config(settings)
    # Paths are what they are: a redirect would go to whatever host the caller has named.
    app = Application(
        title="Namewright",
        description=DESCRIPTION,
        version=__version__,
        redirect_slashes=False,
        openapi_url=None,  # and no pages of FastAPI's, which load their scripts from elsewhere
        generate_unique_id_function=attrgetter("name"),  # generated clients name methods so
        dependencies=list(dependencies),
        telemetry=telemetry,
    )
    app.state.settings = settings
    offensive.use(offensive.read_words())
    KEPT.limit = settings.condition_memory * 2**20
    app.state.registry = registry or load_registry(sources)
    app.state.prepared = PreparedNames()
    if KERNEL != "compiled":
        log.warning("the compiled kernel was not built: the reference serves, the same but slower")
    routes.install(app)
    page.install(app)
    problems.install(app)
    methods.install(app)
    keys.install(app, settings)
    metrics.install(app, settings)
    documentation.install(app)
    guide.install(app, settings)
    cors.install(app, settings)
    observation.install(app, settings)
    protocol.install(app, settings, partial(load, app), partial(reload, app, sources))
    tracing.install(app, telemetry)
    return app
