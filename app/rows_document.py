"""What the OpenAPI document says of rows: answers in them, and bodies of lines.

A path has one POST there, which is that of JSON; what the other takes and gives is added to it.
Bodies of lines are described in words: makers of clients know no body of `text/`, and leave out
the whole call, or warn.
"""

from typing import Any

from namewright.formats import FORMATS

from .schemas import ScoreLinesQuery

TEXT = {"schema": {"type": "string"}}
"""Any text, as a schema has it."""

BODIES = """In JSON; or one name per line, and the answer has a row for each line, whatever is in
it. The `Content-Type` says which lines:

- `text/plain`: UTF-8, such as `emma` and below it `xqzt`.
- `text/csv`: a CSV in UTF-8. The names are in its column `name`; where the first row has none, in
  the first column of every row.

With lines the query may have:
"""

NOT_MODIFIED = {304: {"description": "It is what `If-None-Match` says is there already"}}


def in_rows(*formats: str) -> dict[str, Any]:
    """What a response in JSON may be in besides."""
    kinds = (FORMATS[name].media_type.partition(";")[0] for name in formats)
    return dict.fromkeys(kinds, TEXT)


def of_lines() -> dict[str, Any]:
    """What an operation that takes JSON takes besides: lines, with parameters in the query."""
    fields = ScoreLinesQuery.model_json_schema()["properties"]
    listed = [f"- `{name}`: {field['description']}" for name, field in fields.items()]
    return {"requestBody": {"description": "\n".join([BODIES, *listed])}}
