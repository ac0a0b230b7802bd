"""How rows are written: as text, as CSV (RFC 4180, but lines end in a line feed), as NDJSON.

    >>> FORMATS["ndjson"].row(("name", "known"), ("emma", True)).strip()
    '{"name":"emma","known":true}'

Numbers have nine significant digits, as far as two machines agree; see docs/determinism.md.
"""

import json
from collections.abc import Iterable, Sequence

from namewright.digits import DIGITS
from namewright.score import ScoreError

NAME = "name"
"""The column of the name itself: the first of all."""


class Format:
    """How the values of a row are written, and what stands around them."""

    name: str
    media_type: str
    has_columns = True
    """Whether a row has more than the name."""
    nothing = ""
    """What stands for a value that there is not."""

    def head(self, columns: Sequence[str]) -> str:
        """What stands before the first row."""
        return ""

    def separators(self, columns: Sequence[str]) -> list[str]:
        """What stands before each value of a row, and after the last: one more than columns."""
        raise NotImplementedError

    def quote(self, texts: Iterable[str]) -> str:
        """What stands on both sides of a text made of such texts."""
        return ""

    def escape(self, text: str) -> str:
        """What is written of a text, between its quotes."""
        return text

    def value(self, value: str | float | bool | None) -> str:
        """A value as it is written."""
        if value is None:
            return self.nothing
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            mark = self.quote(value)
            return f"{mark}{self.escape(value)}{mark}"
        return format(value, DIGITS)

    def failing(self, columns: Sequence[str]) -> tuple[str, ...]:
        """The columns of rows some of which may say instead why there are no values."""
        return tuple(columns)

    def failure(self, columns: Sequence[str], error: ScoreError) -> str:
        """Such a row."""
        raise NotImplementedError

    def row(self, columns: Sequence[str], values: Sequence[str | float | bool | None]) -> str:
        """A row: a value for each column."""
        *before, after = self.separators(columns)
        written = map(self.value, values)
        return "".join(s + v for s, v in zip(before, written, strict=True)) + after


class Text(Format):
    """The name alone, one per line."""

    name = "text"
    media_type = "text/plain; charset=utf-8"
    has_columns = False

    def separators(self, columns: Sequence[str]) -> list[str]:
        """A line feed after it."""
        return ["", "\n"]


class Csv(Format):
    """A line of the columns' names, then one for each row."""

    name = "csv"
    media_type = "text/csv; charset=utf-8"

    def head(self, columns: Sequence[str]) -> str:
        """The columns' names."""
        return ",".join(columns) + "\n"

    def separators(self, columns: Sequence[str]) -> list[str]:
        """Commas."""
        return ["", *[","] * (len(columns) - 1), "\n"]

    def failing(self, columns: Sequence[str]) -> tuple[str, ...]:
        """One more: the code of the error."""
        return *columns, "error"

    def failure(self, columns: Sequence[str], error: ScoreError) -> str:
        """All but the last are empty."""
        return "," * (len(columns) - 1) + error["code"] + "\n"

    def quote(self, texts: Iterable[str]) -> str:
        """Quotation marks where a text has a character that means something."""
        whole = "".join(texts)
        return '"' if any(mark in whole for mark in '",\r\n') else ""

    def escape(self, text: str) -> str:
        """Quotation marks twice."""
        return text.replace('"', '""')


class Ndjson(Format):
    """A JSON object for each row, one per line."""

    name = "ndjson"
    media_type = "application/x-ndjson"
    nothing = "null"
    end = "\n"
    """What stands after each row."""

    def separators(self, columns: Sequence[str]) -> list[str]:
        """The keys."""
        first, *rest = (json.dumps(column) for column in columns)
        return [f"{{{first}:", *(f",{key}:" for key in rest), "}" + self.end]

    def failure(self, columns: Sequence[str], error: ScoreError) -> str:
        """An object that has the error alone."""
        return json.dumps({"error": error}, ensure_ascii=False, separators=(",", ":")) + self.end

    def quote(self, texts: Iterable[str]) -> str:
        """Quotation marks."""
        return '"'

    def escape(self, text: str) -> str:
        """As JSON has it."""
        return json.dumps(text, ensure_ascii=False)[1:-1]


class JsonObjects(Ndjson):
    """The objects of a JSON list, each with a comma behind it."""

    name = "json"
    media_type = "application/json"
    end = ","


class JsonNames(JsonObjects):
    """The names of a JSON list, each with a comma behind it."""

    has_columns = False

    def separators(self, columns: Sequence[str]) -> list[str]:
        """A comma after it."""
        return ["", self.end]


JSON_OBJECTS, JSON_NAMES = JsonObjects(), JsonNames()
FORMATS: dict[str, Format] = {each.name: each for each in (Text(), Csv(), Ndjson())}
"""The formats that are lines, by what they are asked for by."""
WITH_COLUMNS = tuple(name for name, each in FORMATS.items() if each.has_columns)
"""Those of them that have room for scores."""
