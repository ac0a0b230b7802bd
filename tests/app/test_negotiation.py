"""What an answer is written in."""

import pytest

from app.negotiation import format_of, is_lines, takes_gzip
from app.schemas import FORMAT_NAMES
from namewright.formats import WITH_COLUMNS


@pytest.mark.parametrize(
    ("accept", "names", "scores"),
    [
        (None, "json", "csv"),
        ("*/*", "json", "csv"),
        ("text/plain", "text", "csv"),
        ("text/csv", "csv", "csv"),
        ("TEXT/CSV; charset=utf-8", "csv", "csv"),
        ("application/x-ndjson", "ndjson", "ndjson"),
        ("application/jsonl", "ndjson", "ndjson"),
        ("application/json", "json", "csv"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json", "csv"),
        ("application/json, text/plain, */*", "json", "csv"),  # axios
        ("text/plain;q=0.5, application/x-ndjson;q=0.9", "ndjson", "ndjson"),
        ("text/plain;q=0.5, */*", "json", "csv"),
        ("text/csv;q=0, text/plain;q=0.1", "text", "csv"),
        ("application/x-ndjson;q=much", "json", "csv"),
        ("application/x-ndjson;q=nan", "json", "csv"),
        ("image/png, ,;q", "json", "csv"),
    ],
)
def test_accept_is_heeded_and_nothing_is_refused_for_it(
    accept: str | None, names: str, scores: str
) -> None:
    scope = {"headers": [] if accept is None else [(b"accept", accept.encode())]}
    assert format_of(scope, None, FORMAT_NAMES) == names
    assert format_of(scope, None, WITH_COLUMNS) == scores


def test_what_the_query_asks_for_goes_before_accept() -> None:
    scope = {"headers": [(b"accept", b"text/csv")]}
    assert format_of(scope, "text", FORMAT_NAMES) == "text"


def test_a_list_may_stand_in_several_lines() -> None:
    scope = {"headers": [(b"accept", b"application/json;q=0.1"), (b"accept", b"text/csv")]}
    assert format_of(scope, None, FORMAT_NAMES) == "csv"


@pytest.mark.parametrize(
    ("accept_encoding", "taken"),
    [
        ("", False),
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("br,gzip", True),
        ("gzip;q=0", False),
        ("x-gzipped, br", False),
        ("*", False),
    ],
)
def test_who_takes_gzip(accept_encoding: str, taken: bool) -> None:
    assert takes_gzip({"headers": [(b"accept-encoding", accept_encoding.encode())]}) is taken


def test_bodies_of_lines() -> None:
    assert is_lines("text/plain")
    assert is_lines(" Text/CSV ; header=absent")
    assert not is_lines("application/json")
    assert not is_lines("")
