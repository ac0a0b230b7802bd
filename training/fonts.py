"""Installed fonts that have the characters to be drawn: matplotlib's own has no Chinese, say."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import matplotlib
from matplotlib.font_manager import FontManager, fontManager
from matplotlib.ft2font import FT2Font

USUAL = "DejaVu Sans"
BOXES = "Last Resort"
"""What matplotlib draws in where no font has a character."""


@contextmanager
def fonts_for(characters: Iterable[str]) -> Iterator[set[str]]:
    """Draw in fonts that have the characters; gives those that none has, which will be boxes."""
    # A new manager, for matplotlib's own remembers which fonts there were when it was first run.
    families, missing = choose(characters, FontManager())
    for file in families.values():
        fontManager.addfont(file)
    with matplotlib.rc_context({"font.family": list(families)}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        yield missing


def choose(characters: Iterable[str], fonts: FontManager) -> tuple[dict[str, str], set[str]]:
    """Families, with their files, each for characters that those before have not; and the rest.

    The usual one, and then always that which has the most of what is missing.
    """
    families = {USUAL: str(fonts.findfont(USUAL))}
    missing = {ord(character) for character in characters} - charmap(families[USUAL])
    if not missing:
        return families, set()
    files = {
        font.name: font.fname
        for font in sorted(fonts.ttflist, key=lambda font: (font.name, font.fname))
        if (font.style, font.weight) == ("normal", 400) and not font.name.startswith(BOXES)
    }
    has = {name: missing & charmap(file) for name, file in files.items()}
    while has[best := max(has, key=lambda name: len(has[name] & missing))] & missing:
        families[best] = files[best]
        missing -= has[best]
    return families, set(map(chr, missing))


def charmap(file: str) -> set[int]:
    """The code points that a font has."""
    return set(FT2Font(file).get_charmap())
