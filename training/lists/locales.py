"""`data/world.txt`: given names and surnames of the world, each with the locales it is from.

From the person providers of the PyPI package Faker (MIT), all locales of it, written in the 26
letters, apostrophes, hyphens and spaces: every other script is romanised by `namewright.folding`,
as a name is that is to be scored.
"""

import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from string import ascii_lowercase
from typing import Any

from namewright.alphabet import Alphabet
from namewright.errors import UnscorableError
from namewright.folding import fold

ALPHABET = Alphabet((" ", "'", "-", *ascii_lowercase))

NOT_NAMES = ("format", "language", "pairs", "prefix", "suffix")
"""Parts of the names of Faker's tables that hold other things than names."""

TITLES = frozenset({"श्री", "श्रीमती", "ଶ୍ରୀ", "ଶ୍ରୀମତି", "ଶ୍ରୀମତୀ", "นาย"})
"""Titles that Faker has among the names: Mr and Mrs in Hindi, Nepali, Odia and Thai."""


def names_by_locale() -> dict[str, list[str]]:
    """The locales of each name, both A to Z. Needs the `data` extra.

    What Faker's tables have by mistake, with brackets or commas, is left out.
    """
    found: dict[str, set[str]] = defaultdict(set)
    package = import_module("faker.providers.person")
    for locale in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for name in names_of(provider, package.Provider):
            try:
                found[fold(name, ALPHABET)].add(locale)
            except UnscorableError:
                continue
    return {name: sorted(found[name]) for name in sorted(found) if any(map(str.isalpha, name))}


def names_of(provider: type, base: type) -> Iterator[str]:
    """The names in the tables of a provider, and not in those that every provider has."""
    for kind in provider.__mro__:
        if kind in base.__mro__:
            continue
        for table, content in vars(kind).items():
            if "names" in table and not any(part in table for part in NOT_NAMES):
                yield from names_in(content)


def names_in(content: Any) -> Iterator[str]:
    """The names of a table: a sequence, or a mapping from name to weight."""
    if isinstance(content, tuple | list | set | dict):
        for name in content:
            if isinstance(name, str) and name not in TITLES:
                yield name
