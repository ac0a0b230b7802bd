"""The one middleware around everything.

Every answer gets its id and its headers here, and is counted and logged when it is done. It is one,
because each further one costs every request some microseconds; and outermost, so that it sees the
answer to an unforeseen fault too.
"""

import logging
from collections.abc import Awaitable
from time import perf_counter

from opentelemetry.trace import get_current_span  # which FastAPI depends on
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from namewright.errors import NamewrightError

from .application import Application
from .exchange import exchange_in
from .headers import NO_STORE, VARY, cache_control, complete
from .logs import AccessLog
from .metrics import Metrics
from .request_id import HEADER
from .settings import Settings

log = logging.getLogger("namewright")

ABANDONED = 499
"""What is counted and logged where the client left before there was an answer."""


class Observation:
    """An ASGI middleware."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics if settings.metrics else None
        self.access = AccessLog(settings.log_health) if settings.access_log else None
        self.traced = settings.telemetry
        self.cached = cache_control(settings.cache_seconds, public=not settings.api_keys_file)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and watch what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        exchange = exchange_in(scope)
        if self.traced:
            get_current_span().set_attribute("namewright.request_id", exchange.id)

        def observe(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                exchange.status, exchange.begun = message["status"], True
                lasts = exchange.tag and exchange.status in (200, 304)
                headers = complete(message.get("headers", []), self.cached if lasts else NO_STORE)
                if lasts:
                    headers += (b"etag", exchange.tag.encode("ascii")), VARY
                headers.append((HEADER, exchange.id.encode("ascii")))
                message["headers"] = headers
            else:
                exchange.sent += len(message.get("body", b""))
                exchange.answered = not message.get("more_body", False)
            return send(message)

        if self.metrics is not None:
            self.metrics.begin()
        try:
            await self.app(scope, receive, observe)
        except Exception as error:
            exchange.status = exchange.status or 500
            noted = {"fields": {"id": exchange.id}}
            if exchange.answered:
                log.error("a request failed", exc_info=error, extra=noted)
            elif isinstance(error, NamewrightError):  # behind the head of the answer
                log.warning("an answer is broken off: %s", error, extra=noted)
            else:
                raise  # the server breaks the connection off, as it does if nothing is raised
        finally:
            exchange.seconds = perf_counter() - began
            exchange.status = exchange.status or ABANDONED
            exchange.route = getattr(scope.get("route"), "path_format", "none")
            if self.metrics is not None:
                self.metrics.end(exchange)
            if self.access is not None:
                self.access.write(exchange, scope)


def install(app: Application, settings: Settings) -> None:
    """Watch every request of an application."""
    app.outermost.append(lambda inner: Observation(inner, settings, app.state.metrics))
