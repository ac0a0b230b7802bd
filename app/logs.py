r"""The log: lines with a time, one for each request, as text or as JSON.

    2026-11-23T09:12:01.123Z INFO request id=5f0c client=127.0.0.1 method=GET path=/names status=200

The attack: whoever sends a line break in a path, an id or `X-Forwarded-For` writes a line of their
own. So no line has a character that does not print, and what was sent is shortened. The query is
left out: it is the caller's own business.
"""

import logging
import logging.config
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
from starlette.types import Scope

from .exchange import Exchange
from .settings import Settings

ACCESS = "namewright.access"
QUIET = frozenset({"/healthz", "/health", "/readyz", "/metrics"})
"""Asked every few seconds by machines: left out as long as they succeed."""
LONGEST = 200
"""The most characters of a line that come from one thing that was sent."""


def escape(text: str) -> str:
    """Text without characters that do not print: line breaks, and what moves a cursor."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in text
    )


def shorten(text: str) -> str:
    """What was sent, escaped, without spaces, and not long."""
    shown = escape(text[:LONGEST]).replace(" ", "%20")
    return shown if len(text) <= LONGEST else f"{shown}..."


class LineFormatter(logging.Formatter):
    """Lines of text; those of a traceback are indented, so that none looks like another entry."""

    def format(self, record: logging.LogRecord) -> str:
        """One entry."""
        parts = [moment(record), record.levelname, escape(record.getMessage())]
        parts += [f"{name}={value}" for name, value in fields_of(record).items()]
        return " ".join(parts) + "".join(f"\n    {line}" for line in traceback_of(self, record))


class JsonFormatter(logging.Formatter):
    """A line of JSON for each entry. python-json-logger takes 13 microseconds more for it."""

    def format(self, record: logging.LogRecord) -> str:
        """One entry."""
        entry = {
            "time": moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": escape(record.getMessage()),
            **fields_of(record),
        }
        if lines := traceback_of(self, record):
            entry["traceback"] = "\n".join(lines)
        return to_json(entry).decode()


def moment(record: logging.LogRecord) -> str:
    """When it was, in UTC, as RFC 3339 has it."""
    seconds, fraction = divmod(record.created, 1)
    return f"{second(int(seconds))}.{int(1000 * fraction):03d}Z"


@lru_cache(maxsize=4)
def second(seconds: int) -> str:
    """A second since 1970, without its zone; most lines are of the same as the one before."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What an entry has beside its message: `log.info(..., extra={"fields": {...}})`."""
    return getattr(record, "fields", {})


def traceback_of(formatter: logging.Formatter, record: logging.LogRecord) -> list[str]:
    """The lines of a traceback; none where there is no fault."""
    if not record.exc_info:
        return []
    return [escape(line) for line in formatter.formatException(record.exc_info).splitlines()]


class AccessLog:
    """One line for each request."""

    def __init__(self, health: bool) -> None:
        self.quiet = frozenset() if health else QUIET
        self.log = logging.getLogger(ACCESS)

    def write(self, exchange: Exchange, scope: Scope) -> None:
        """The line of a request that has been answered; `scope` is as ASGI has it."""
        if exchange.route in self.quiet and exchange.status < 400:
            return
        if not self.log.isEnabledFor(logging.INFO):
            return
        sent_path: bytes | None = scope.get("raw_path")
        path = scope["path"] if sent_path is None else sent_path.decode("latin-1")
        client = scope.get("client")
        fields = {
            "id": exchange.id,
            "client": shorten(client[0]) if client else "",
            "method": shorten(scope["method"]),
            "path": shorten(path),
            "status": exchange.status,
            "ms": round(1000 * exchange.seconds, 2),
            "bytes": 0 if scope["method"] == "HEAD" else exchange.sent,
        }
        if exchange.model:
            fields["model"] = exchange.model
        if exchange.caller:
            fields["key"] = exchange.caller
        if exchange.status < 400 and not exchange.answered:
            fields["complete"] = "no"
        # As `log.info`, which looks for the line of the code that called it.
        self.log.handle(
            self.log.makeRecord(
                ACCESS, logging.INFO, "", 0, "request", (), None, extra={"fields": fields}
            )
        )


def configuration(settings: Settings) -> dict[str, Any]:
    """For `logging.config.dictConfig`: requests to standard output, all else to standard error."""
    formatter = JsonFormatter if settings.log_format == "json" else LineFormatter
    streams = {"requests": "ext://sys.stdout", "service": "ext://sys.stderr"}
    service = {"handlers": ["service"], "level": "INFO", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"namewright": {"()": formatter}},
        "handlers": {
            name: {"class": "logging.StreamHandler", "stream": stream, "formatter": "namewright"}
            for name, stream in streams.items()
        },
        "loggers": {
            **dict.fromkeys(("uvicorn", "namewright", "asyncio", "opentelemetry"), service),
            ACCESS: {
                "handlers": ["requests"],
                "level": "INFO" if settings.access_log else "CRITICAL",
                "propagate": False,
            },
        },
    }


def configure(settings: Settings) -> None:
    """Write the log of this process as the settings say."""
    logging.config.dictConfig(configuration(settings))
