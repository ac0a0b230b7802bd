"""Names to score, as they stand in a file or a body: one per line, or in a column of a CSV.

    with open("people.csv", "rb") as file:
        for name in read_names(file, is_csv=True):

Nothing is read before it is needed, so a file may be longer than memory.
"""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from namewright.errors import LinesError, ParameterError
from namewright.formats import NAME


def read_names(
    stream: BinaryIO, *, is_csv: bool = False, heading: str | None = None
) -> Iterator[str]:
    """A name for each line, blank ones too, or for each row of a CSV (RFC 4180).

    Where the first row of a CSV has a column `name`, it is a heading, and that is the column; else
    the first is. With a `heading`, the first row is one, and the column is that of this name,
    whatever the case of its letters. Text is UTF-8; bytes that are not become U+FFFD, which no
    name has. Raises LinesError for what is no CSV, and ParameterError for a heading that there is
    not.
    """
    if is_csv:
        return column(io.TextIOWrapper(stream, "utf-8-sig", "replace", newline=""), heading)
    text = io.TextIOWrapper(stream, "utf-8-sig", "replace", newline="\n")
    return (line.removesuffix("\n").removesuffix("\r") for line in text)


def column(text: io.TextIOWrapper, heading: str | None) -> Iterator[str]:
    """The names of a CSV."""
    rows = csv.reader(text, strict=True)
    try:
        first = next(rows, [])
        headings = [each.strip().lower() for each in first]
        wanted = NAME if heading is None else heading.strip().lower()
        place = headings.index(wanted) if wanted in headings else 0
        if wanted not in headings and heading is not None:
            there = ", ".join(repr(each.strip()) for each in first) or "none"
            raise ParameterError("column", f"should be a heading of the CSV; there are: {there}")
        if wanted not in headings and (first or rows.line_num):
            yield first[0] if first else ""
        for row in rows:
            yield row[place] if place < len(row) else ""
    except csv.Error as error:
        raise LinesError(rows.line_num, str(error)) from None
