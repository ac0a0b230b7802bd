"""The reference of the HTTP API: Markdown, made from the OpenAPI document of the service."""

import json
from collections.abc import Iterator
from typing import Any

from app.main import create_app
from app.settings import Settings
from guide.markdown import literal, table
from namewright import Sources, load_registry

HEAD = """# The HTTP API, from its schema

Made from `/openapi.json`, which a service gives to programs, and shows to people at `/docs`.
[HTTP](../http.md) explains what it means, with examples.
"""
REFERENCE = "#/components/schemas/"

Schema = dict[str, Any]


def page() -> str:
    """The page, as Markdown. It loads the shipped models, and expands none."""
    app = create_app(load_registry(Sources(), lazily=True), Settings.model_validate({}))
    document = app.openapi()
    parts = [HEAD]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts += describe_operation(f"{method.upper()} {path}", operation)
    parts.append("## The shapes\n")
    for name, schema in sorted(document["components"]["schemas"].items()):
        parts += describe_schema(name, schema)
    return "\n".join(parts)


def describe_operation(title: str, operation: Schema) -> Iterator[str]:
    """A call: what it does, takes and answers."""
    yield f"## {title}\n"
    yield f"{operation['summary']}. {operation['description']}\n"
    if parameters := operation.get("parameters"):
        yield from table(
            ("parameter", "type", "default", "meaning"),
            (
                (
                    f"`{each['name']}`",
                    type_of(each["schema"]),
                    "required" if each["required"] else default_of(each["schema"]),
                    literal(each.get("description", "")),
                )
                for each in parameters
            ),
        )
    if body := operation.get("requestBody"):
        shapes = ((f"`{kind}`", type_of(each["schema"])) for kind, each in body["content"].items())
        yield from table(("body", "shape"), shapes)
    yield from table(
        ("status", "answer", "shape"),
        (
            (status, answer["description"], shapes_of(answer.get("content", {})))
            for status, answer in operation["responses"].items()
        ),
    )


def describe_schema(name: str, schema: Schema) -> Iterator[str]:
    """A shape, field by field."""
    yield f"### {name}\n"
    if description := schema.get("description"):
        yield f"{description}\n"
    if fields := schema.get("properties"):
        required = schema.get("required", ())
        yield from table(
            ("field", "type", "default", "meaning"),
            (
                (
                    f"`{field}`",
                    type_of(each),
                    "required" if field in required else default_of(each),
                    literal(each.get("description", "")),
                )
                for field, each in fields.items()
            ),
        )
    else:
        yield f"{type_of(schema)}\n"


def shapes_of(content: Schema) -> str:
    """The shapes of an answer, with the media types beside the first where there are several."""
    return ", ".join(
        f"`{kind}`: {type_of(each['schema'])}" if "schema" in each else f"`{kind}`"
        for kind, each in content.items()
    )


def type_of(schema: Schema) -> str:
    """What a value may be, with a link to a shape that has a name."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REFERENCE)
        return f"[{name}](#{name.lower()})"
    if choices := schema.get("enum"):
        return " or ".join(f"`{json.dumps(each)}`" for each in choices)
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            kinds = [each for each in schema[several] if each.get("type") != "null"]
            return " or ".join(dict.fromkeys(map(type_of, kinds)))
    kind = schema.get("type", "any")
    for several, parts in (("list", "items"), ("object", "additionalProperties")):
        if isinstance(schema.get(parts), dict):
            return f"{several} of {type_of(schema[parts])}"
    return f"{kind}{range_of(schema)}"


def range_of(schema: Schema) -> str:
    """The bounds of a number or a text, as words."""
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f", {low:,} to {high:,}"
    if (longest := schema.get("maxLength")) is not None:
        return f" of at most {longest:,} characters"
    return ""


def default_of(schema: Schema) -> str:
    """The value where none is sent."""
    default = schema.get("default")
    return "" if default is None else f"`{json.dumps(default)}`"
