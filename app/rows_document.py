"""What the OpenAPI document says of rows: answers in them, and bodies of lines.

A path has one POST there, which is that of JSON; what the other takes and gives is added to it.
Bodies of lines are described in words: a client generator may know no body of `text/`, and
openapi-python-client warns of each.
"""

from typing import Any

from namewright.formats import FORMATS

from .schemas import ScoreLinesQuery

TEXT = {"schema": {"type": "string"}}
"""Any text, as a schema has it."""

BODIES = """JSON; or lines, in UTF-8. The answer to lines has a row for each line, even a blank one.
The `Content-Type` of lines is one of these:

- `text/plain`: one name per line.
- `text/csv`: a CSV. The names are in its column `name`; where the first row has none, in the first
  column of every row.

Lines may have these parameters in the query:
"""

NOT_MODIFIED = {304: {"description": "It is what `If-None-Match` says is there already"}}


def in_rows(*formats: str) -> dict[str, Any]:
    """What a response in JSON may be in besides."""
    kinds = (FORMATS[name].media_type.partition(";")[0] for name in formats)
    return dict.fromkeys(kinds, TEXT)


def of_lines() -> dict[str, Any]:
    """What an operation that takes JSON takes besides: lines, with parameters in the query."""
    fields = ScoreLinesQuery.model_fields.items()
    listed = [f"- `{name}`: {field.description}" for name, field in fields]
    return {"requestBody": {"description": "\n".join([BODIES, *listed])}}
