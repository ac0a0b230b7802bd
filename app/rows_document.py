"""What the OpenAPI document says of rows: answers in them, and bodies of lines.

A path has one POST there, which is that of JSON; what the other takes and gives is added to it.
"""

from typing import Any

from namewright.formats import FORMATS

from .negotiation import LINES
from .schemas import ScoreLinesQuery

TEXT = {"schema": {"type": "string"}}
"""Any text, as a schema has it."""

NAMES = {"schema": {"description": "UTF-8, one name per line."}, "example": "emma\nxqzt\n"}
TABLE = {
    "schema": {
        "description": "A CSV in UTF-8. The names are in its column `name`; where the first row "
        "has none, in the first column of every row."
    },
    "example": "id,name\n1,emma\n2,xqzt\n",
}
"""Bodies. Whatever they are, each line has a row, so a schema has nothing to forbid."""

NOT_MODIFIED = {304: {"description": "It is what `If-None-Match` says is there already"}}


def in_rows(*formats: str) -> dict[str, Any]:
    """What a response in JSON may be in besides."""
    kinds = (FORMATS[name].media_type.partition(";")[0] for name in formats)
    return dict.fromkeys(kinds, TEXT)


def of_lines() -> dict[str, Any]:
    """What an operation that takes JSON takes besides: lines, and parameters that go with them."""
    fields = ScoreLinesQuery.model_json_schema()["properties"]
    parameters = [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": f"Of a body of lines: {field.pop('description')}",
            "schema": field,
        }
        for name, field in fields.items()
    ]
    return {
        "parameters": parameters,
        "requestBody": {"content": dict(zip(LINES, (NAMES, TABLE), strict=True))},
    }
