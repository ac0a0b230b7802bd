"""Settings that are lists: values between commas, each checked, none empty."""

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")
PATH = re.compile(r"/|(/[A-Za-z0-9._-]+)+")


def separated(check: Callable[[str], object], rule: str) -> Any:
    """How a list is read: `check` is false, or raises ValueError, for what is not a value."""

    def read(given: Any) -> tuple[str, ...]:
        values = given.split(",") if isinstance(given, str) else given
        found = tuple(value.strip() for value in values if value.strip())
        for position, value in enumerate(found, 1):
            try:
                valid = bool(check(value))
            except ValueError:
                valid = False
            if not valid:
                raise ValueError(f"should be {rule}, separated by commas; value {position} is not")
        return found

    return BeforeValidator(read)


Networks = Annotated[
    tuple[str, ...],
    NoDecode,
    separated(ipaddress.ip_network, "addresses or networks, as 10.0.0.7 or 10.0.0.0/8"),
]
Origins = Annotated[
    tuple[str, ...],
    NoDecode,
    separated(
        lambda value: value == "*" or ORIGIN.fullmatch(value),
        "origins, as https://example.org, or * for all",
    ),
]
Paths = Annotated[
    tuple[str, ...],
    NoDecode,
    separated(PATH.fullmatch, "paths, as /healthz, without a slash at the end"),
]
