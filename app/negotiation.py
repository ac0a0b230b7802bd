"""What an answer is written in, by `format` or by `Accept`; and which bodies are lines."""

from collections.abc import Iterator, Sequence

from starlette.types import Scope

JSON = "application/json"
LINES = ("text/plain", "text/csv")
"""The types of bodies that are names, one per line."""

TYPES = {
    JSON: "json",
    "text/json": "json",
    "text/plain": "text",
    "text/csv": "csv",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
}
"""Media types, and the formats that they ask for."""


def format_of(scope: Scope, asked: str | None, offered: Sequence[str]) -> str:
    """The name of an answer's format, one of those `offered`.

    `asked` is the query's, and before everything; else it is what `Accept` prefers, and the first
    that is offered where it prefers none.
    """
    return asked or accepted(list_header(scope, b"accept"), offered)


def list_header(scope: Scope, name: bytes) -> str:
    """A header that is a list, which may stand in several lines. RFC 9110, section 5.3."""
    return b", ".join([value for key, value in scope["headers"] if key == name]).decode("latin-1")


def header(scope: Scope, name: bytes) -> str:
    """A header of a request, the first of its name; empty where it has none."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return ""


def accepted(accept: str, offered: Sequence[str]) -> str:
    """What a header asks for most, of what is offered. RFC 9110, section 12.5.1."""
    if accept in ("", "*/*"):  # as most are
        return offered[0]
    best, most = offered[0], 0.0
    for kind, weight in wanted(accept):
        name = offered[0] if kind == "*/*" else TYPES.get(kind, "")
        if name in offered and weight > most:
            best, most = name, weight
    return best


def takes_gzip(scope: Scope) -> bool:
    """Whether an answer may be compressed. RFC 9110, section 12.5.3."""
    return dict(wanted(list_header(scope, b"accept-encoding"))).get("gzip", 0.0) > 0


def wanted(header: str) -> Iterator[tuple[str, float]]:
    """What a header names, in small letters, and how much it is wanted, 0 to 1."""
    for each in header.split(","):
        name, *parameters = (part.strip().lower() for part in each.split(";"))
        yield name, quality(parameters)


def quality(parameters: Sequence[str]) -> float:
    """How much something is wanted, 0 to 1: its `q`."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def is_lines(content_type: str) -> bool:
    """Whether a body of a type is names, one per line."""
    return content_type.partition(";")[0].strip().lower() in LINES
