"""Traces by OpenTelemetry: off, unless NAMEWRIGHT_TELEMETRY says so.

    pip install 'namewright[telemetry]'
    NAMEWRIGHT_TELEMETRY=true OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318 namewright serve

FastAPI makes the spans itself; here is where they go, which the standard OTEL_* variables say. A
span has no value of a query, and health checks have no span. A collector that does not answer costs
spans, and no request waits for it.
"""

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from namewright import __version__
from namewright.errors import SettingError

from .logs import QUIET
from .settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

OFF: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
EXPORTERS = ("otlp", "console", "none")
PATIENCE = 2.0
"""Seconds that the last spans have, when the service stops."""


def config(settings: Settings) -> TelemetryConfig:
    """What FastAPI has to do. Raises SettingError where what it needs is not installed."""
    if not settings.telemetry:
        return OFF
    return {
        **OFF,
        "tracing": True,
        "tracer_provider": provider(),
        "exclude": lambda scope: scope["path"] in QUIET,
    }


def provider() -> "TracerProvider":
    """Where spans go, as the OTEL_* variables say. Raises SettingError."""
    wanted = os.environ.get("OTEL_TRACES_EXPORTER", "").strip() or "otlp"
    if wanted not in EXPORTERS:
        raise SettingError("OTEL_TRACES_EXPORTER", f"should be one of {', '.join(EXPORTERS)}")
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
    except ImportError:
        detail = "needs what is not installed: pip install 'namewright[telemetry]'"
        raise SettingError("NAMEWRIGHT_TELEMETRY", detail) from None

    class WithoutQuery(SpanProcessor):
        """The values of a query are the caller's own business."""

        def on_start(self, span: Span, parent_context: object = None) -> None:
            if span.attributes and "url.query" in span.attributes:
                span.set_attribute("url.query", "REDACTED")

    attributes: dict[str, Any] = {"service.version": __version__}
    named = f"{os.environ.get('OTEL_RESOURCE_ATTRIBUTES', '')},"
    if "OTEL_SERVICE_NAME" not in os.environ and "service.name=" not in named:
        attributes["service.name"] = "namewright"
    made = TracerProvider(resource=Resource.create(attributes), shutdown_on_exit=False)
    made.add_span_processor(WithoutQuery())
    if wanted != "none":
        exporter = OTLPSpanExporter() if wanted == "otlp" else ConsoleSpanExporter()
        made.add_span_processor(BatchSpanProcessor(exporter))
    return made


def install(app: FastAPI, telemetry: TelemetryConfig) -> None:
    """Send the last spans when the service stops, within a bounded time."""
    spans: Any = telemetry.get("tracer_provider")
    if spans is None:
        return
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[Any]:
        async with inner(app) as state:
            yield state
        # No executor's thread: the interpreter would wait for that one when it ends.
        sending = threading.Thread(target=spans.shutdown, daemon=True)
        sending.start()
        await asyncio.to_thread(sending.join, PATIENCE)

    app.router.lifespan_context = lifespan
