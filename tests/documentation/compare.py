"""Whether what was printed is what a page says is printed.

All but these is compared as it stands: numbers with a fraction may differ in their last
digits, as processors do; and times of day, seconds that something took, and the digests of what is
trained may be any.
"""

import json
import re
from functools import cache, partial
from typing import Any

import pytest

from namewright import load_registry

NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
ANY = {
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"): "TIME",
    re.compile(r"\b\d+ s\b"): "SECONDS",
    re.compile(r"(?<=http://127\.0\.0\.1:)\d+"): "PORT",
}
COUNT = re.compile(r"\b\d{1,3}(?:,\d{3})+\b")
PROGRESS = re.compile(r"^.* ━+ .*\n", re.MULTILINE)
"""Bars, which a terminal clears."""

DIGEST = re.compile(r"(;? ?)digest ([0-9a-f]{12})\b")


def same(printed: str, said: str, digits: float = 1e-6, trained: bool = False) -> bool:
    """Whether they are alike.

    digits      the relative difference that two numbers may have
    trained     whether numbers are of a training: then losses may differ by 0.02, counts by a
                thousandth
    """
    found, wanted = plain(printed), plain(said)
    try:
        return alike(json.loads(found), json.loads(wanted))
    except json.JSONDecodeError:
        pass
    if trained:
        for count in COUNT.findall(wanted):
            found = COUNT.sub(partial(about, int(count.replace(",", ""))), found)
    if NUMBER.sub("#", found) != NUMBER.sub("#", wanted):
        return False
    numbers = [*map(float, NUMBER.findall(wanted))]
    near = pytest.approx(numbers, rel=digits, abs=0.02 if trained else 0)
    return [*map(float, NUMBER.findall(found))] == near


def about(wanted: int, found: re.Match[str]) -> str:
    """A count as a page has it, if it is within a thousandth of that."""
    is_near = abs(int(found[0].replace(",", "")) - wanted) <= wanted / 1000
    return f"{wanted:,}" if is_near else found[0]


def alike(found: Any, wanted: Any) -> bool:
    """Whether two values of JSON are alike, in the order of their keys too."""
    if isinstance(wanted, float):
        return isinstance(found, float) and found == pytest.approx(wanted, rel=1e-9)
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [*found] == [*wanted] and all(alike(found[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(found) == len(wanted) and all(map(alike, found, wanted))
    return bool(found == wanted)


@cache
def shipped_digests() -> set[str]:
    """The beginning of each shipped model's digest, as commands print it."""
    return {model.digest[:12] for model in load_registry(lazily=True).models.values()}


def plain(text: str) -> str:
    """A text without what may be any, and without space at the end of its lines."""
    for pattern, name in ANY.items():
        text = pattern.sub(name, text)
    text = PROGRESS.sub("", text)
    text = DIGEST.sub(lambda found: found[0] if found[2] in shipped_digests() else "", text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
