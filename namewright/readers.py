"""Names to score, as they stand in a file or a body: one per line, or in a column of a CSV.

    with open("people.csv", "rb") as file:
        for name in read_names(file, is_csv=True):

Nothing is read before it is needed, so a file may be longer than memory.
"""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from namewright.errors import LinesError
from namewright.formats import NAME


def read_names(stream: BinaryIO, *, is_csv: bool = False) -> Iterator[str]:
    """A name for each line, blank ones too, or for each row of a CSV (RFC 4180).

    Where the first row of a CSV has a column `name`, it is a heading, and that is the column; else
    the first is. Text is UTF-8; bytes that are not become U+FFFD, which no name has. Raises
    LinesError for what is no CSV.
    """
    if is_csv:
        return column(io.TextIOWrapper(stream, "utf-8-sig", "replace", newline=""))
    text = io.TextIOWrapper(stream, "utf-8-sig", "replace", newline="\n")
    return (line.removesuffix("\n").removesuffix("\r") for line in text)


def column(text: io.TextIOWrapper) -> Iterator[str]:
    """The names of a CSV."""
    rows = csv.reader(text, strict=True)
    try:
        first = next(rows, [])
        headings = [heading.strip().lower() for heading in first]
        place = headings.index(NAME) if NAME in headings else 0
        if NAME not in headings and (first or rows.line_num):
            yield first[0] if first else ""
        for row in rows:
            yield row[place] if place < len(row) else ""
    except csv.Error as error:
        raise LinesError(rows.line_num, str(error)) from None
