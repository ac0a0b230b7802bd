"""Pages of other sites that may read answers: none, unless a setting names their origins.

The attack: any page that a user opens could ask a service that only the user's machine reaches.
"""

from starlette.middleware.cors import CORSMiddleware

from .application import Application
from .headers import ROW_HEADERS
from .settings import Settings


def install(app: Application, settings: Settings) -> None:
    """Let the pages of some origins in; before whatever has to see those answers too."""
    if origins := settings.cors_origins:
        app.outermost.append(
            lambda inner: CORSMiddleware(
                inner,
                allow_origins=origins,
                allow_methods=("GET", "HEAD", "POST"),
                allow_headers=("Authorization", "Content-Type", "If-None-Match", "X-Request-ID"),
                expose_headers=("X-Request-ID", "Retry-After", "ETag", *ROW_HEADERS),
                allow_credentials=False,
            )
        )
