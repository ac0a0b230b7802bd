"""What may be chosen: a dataclass field with its default, its meaning and its range, once.

The command line, the check of what a checkpoint says, and the search are made from it.
"""

from collections.abc import Mapping
from dataclasses import field, fields
from typing import Any, Literal, NamedTuple, get_args, get_origin


class Search(NamedTuple):
    """What a search tries: from `low` to `high`, in steps, or by the logarithm."""

    low: float
    high: float
    step: float | None = None
    log: bool = False


class Option(NamedTuple):
    """What a field may be.

    kind       int or float; or str, for one of `choices`
    least, most    its range, both included; None for no bound
    search     what a search tries; None if it leaves it at its default
    """

    kind: type
    help: str
    least: float | None
    most: float | None
    search: Search | None
    choices: tuple[str, ...]


def option(
    default: Any,
    text: str,
    least: float | None = None,
    most: float | None = None,
    search: Search | None = None,
) -> Any:
    """A dataclass field that may be chosen; no `default` (...) if it has to be."""
    metadata = {"help": text, "least": least, "most": most, "search": search}
    return field(metadata=metadata) if default is ... else field(default=default, metadata=metadata)


def options_of(dataclass_type: Any) -> Mapping[str, Option]:
    """The options of a dataclass, by name, in order."""
    return {
        each.name: Option(
            kind=str if get_origin(each.type) is Literal else each.type,  # type: ignore[arg-type]
            choices=get_args(each.type),
            **each.metadata,
        )
        for each in fields(dataclass_type)
    }


def check_options(chosen: Any) -> None:
    """Raise ValueError unless each field is of its type and in its range."""
    for name, rule in options_of(type(chosen)).items():
        value = getattr(chosen, name)
        noun = {int: "a whole number", float: "a number", str: " or ".join(rule.choices)}[rule.kind]
        accepted = (int, float) if rule.kind is float else rule.kind
        right = isinstance(value, accepted) and not isinstance(value, bool)
        if not right or (rule.choices and value not in rule.choices):
            raise ValueError(f"{name} should be {noun}")
        # A comparison with NaN is false, so what is asked is what is right.
        if rule.least is not None and not value >= rule.least:
            raise ValueError(f"{name} should be {rule.least:g} or more")
        if rule.most is not None and not value <= rule.most:
            raise ValueError(f"{name} should be at most {rule.most:,g}")
