"""Pages of other sites that may read answers: none, unless a setting names their origins.

The attack: any page that a user opens could ask a service that only the user's machine reaches.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastapi import Response
from starlette.datastructures import Headers as RequestHeaders
from starlette.middleware.cors import CORSMiddleware

from .headers import ROW_HEADERS, Headers
from .negotiation import header
from .problems import respond
from .settings import Settings

if TYPE_CHECKING:
    from .application import Application

ANY = "*"
SHOWN = ("X-Request-ID", "Retry-After", "ETag", *ROW_HEADERS)
"""The headers of an answer that a page may read, beside those that any may."""


class Cors(CORSMiddleware):
    """Starlette's, whose refusals are problems as all others are."""

    def preflight_response(self, request_headers: RequestHeaders) -> Response:
        """What a browser is told that asks whether a page may ask."""
        response = super().preflight_response(request_headers)
        if response.status_code == 200:
            return response
        refused = bytes(response.body).decode().removeprefix("Disallowed CORS ")
        detail = f"a page may not ask so; what is not allowed: {refused}"
        return respond(400, "preflight", "Bad Request", detail)


def readable(request: Headers, origins: Sequence[str]) -> Headers:
    """What an answer that no middleware sees says to let the page read it that asked."""
    origin = header({"headers": request}, b"origin")
    allowed = ANY if ANY in origins else origin
    if not origin or allowed not in origins:
        return []
    return [
        (b"access-control-allow-origin", allowed.encode("latin-1")),
        (b"access-control-expose-headers", ", ".join(SHOWN).encode("ascii")),
        (b"vary", b"Origin"),
    ]


def install(app: "Application", settings: Settings) -> None:
    """Let the pages of some origins in; before whatever has to see those answers too."""
    if origins := settings.cors_origins:
        app.outermost.append(
            lambda inner: Cors(
                inner,
                allow_origins=origins,
                allow_methods=("GET", "HEAD", "POST"),
                allow_headers=("Authorization", "Content-Type", "If-None-Match", "X-Request-ID"),
                expose_headers=SHOWN,
                allow_credentials=False,
            )
        )
