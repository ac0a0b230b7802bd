"""Markdown that is made from data: tables, and text in which nothing is marked up."""

import re
from collections.abc import Iterable, Iterator


def table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A table in Markdown."""
    for row in (heading, ("---",) * len(heading), *rows):
        yield f"| {' | '.join(map(cell, row))} |"
    yield ""


def literal(text: str) -> str:
    """Text in which nothing is a link or an element of Markdown."""
    return re.sub(r"[\[\]*<]", r"\\\g<0>", text)


def cell(text: str) -> str:
    """Text on one line, in which nothing ends a cell."""
    return re.sub(r"\s+", " ", text).replace("|", r"\|")
