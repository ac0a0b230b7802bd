r"""Where the lists in `data/` come from: a file for each source, and here what is made of them.

>>> SOURCES["boys"].lines()[0]
'jacob\t183851'
"""

from collections.abc import Callable
from typing import NamedTuple

from training.lists import births, census, locales

RECENT = (2008, 2017)
"""The years of `girls` and `boys`, first and last."""


class NameSource(NamedTuple):
    """What a list is made of.

    summary    what it is
    lines      gives its lines
    """

    summary: str
    lines: Callable[[], list[str]]


def born(first: int, last: int, sex: births.Sex | None, counted: bool = True) -> list[str]:
    """The lines of a list of given names, most frequent first, each with how many children."""
    ranked = births.rank_years(first, last, sex)
    return [f"{name}\t{children}" if counted else name for name, children in ranked.items()]


def world() -> list[str]:
    """The lines of the names of the world, each with its locales."""
    return [f"{name}\t{' '.join(of)}" for name, of in locales.names_by_locale().items()]


SOURCES = {
    "names": NameSource(
        "given names of the United States, 2017", lambda: born(2017, 2017, None, counted=False)
    ),
    "girls": NameSource("given names of girls, 2008 to 2017", lambda: born(*RECENT, "F")),
    "boys": NameSource("given names of boys, 2008 to 2017", lambda: born(*RECENT, "M")),
    "surnames": NameSource("surnames of the United States, 1990", census.surnames),
    "world": NameSource("given names and surnames of 85 locales", world),
}
