"""`namewright/words/offensive.txt`: the words for which a name is refused unless it is asked for.

Selected from three lists that stand in `data/offensive/`, by these rules:

- Words, not phrases, of 3 to 31 letters; of cuss, those that it is sure of.
- A word that is a name which many bear is left out: one of the 10,000 most frequent surnames, given
  to at least 25 children in ten years, or in the names of the world. Words of cuss, and of other
  languages, are left out where any list in `data/` has them: of those nothing says how bad each is.
- The other English words, of four letters or more, match anywhere if no name in `data/` has them
  within it, or if they are in `INSIDE`; mild ones, and those of cuss, match whole names only.
- Names that would be lost for what is within them are exceptions.
"""

import itertools
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from namewright.alphabet import MAX_LENGTH, normalise
from namewright.offensive import SHORT, OffensiveWords, letters_of, without_accents

FOLDER = Path(__file__).parents[2] / "data"
LISTS = ("names", "girls", "boys", "surnames", "world")
COMMON_SURNAMES = 10_000
COMMON_CHILDREN = 25

INSIDE = frozenset(
    {
        "bastard",
        "chink",
        "cocksuck",
        "cunt",
        "dickhead",
        "dildo",
        "faggot",
        "fagot",
        "jizz",
        "kaffir",
        "kunt",
        "nigg",
        "penis",
        "slut",
        "twat",
        "whore",
    }
)
"""Words that match anywhere though a few names have them, or though they are of cuss."""

ALWAYS = frozenset(
    {
        "ass",
        "beaner",
        "boner",
        "coon",
        "coons",
        "hitler",
        "kike",
        "merda",
        "nazi",
        "nip",
        "pikey",
        "polack",
        "rape",
        "tit",
    }
)
"""Words that are refused though they are names: slurs, and what nobody reads as a name."""

NEVER = frozenset({"finocchio", "finoccio", "finochio", "poon", "santorum"})
"""Words that are left out: names in Italy, Hong Kong and the United States before all else."""

MILD = 1
"""The least severity of profanity-list."""

SURE = 2
"""The rating that cuss gives to what is hardly ever anything but an offence."""

HEAD = """\
# Words for which a name is refused: =word as a whole, word anywhere, +name is kept. See
# namewright/offensive.py. Made by `python -m training prepare offensive`; do not edit.
#
# Selected from, and changed in form:
#
# - profanity-list 1.0.0, https://github.com/dsojevic/profanity-list, (c) 2021 David Sojevic: MIT
# - cuss 2.2.0, https://github.com/words/cuss, (c) 2016 Titus Wormer: MIT
# - List of Dirty, Naughty, Obscene and Otherwise Bad Words, as npm's naughty-words 1.2.0 has it,
#   https://github.com/LDNOOBW/List-of-Dirty-Naughty-Obscene-and-Otherwise-Bad-Words, (c) its
#   contributors: Creative Commons Attribution 4.0, https://creativecommons.org/licenses/by/4.0/
#
# The MIT License: Permission is hereby granted, free of charge, to any person obtaining a copy of
# this software and associated documentation files (the "Software"), to deal in the Software without
# restriction, including without limitation the rights to use, copy, modify, merge, publish,
# distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
# Software is furnished to do so, subject to the following conditions: The above copyright notice
# and this permission notice shall be included in all copies or substantial portions of the
# Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED,
# INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE
# AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
# DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
# OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def lines() -> list[str]:
    """The head and the words, A to Z, with the mark of each."""
    names = real_names()
    parts = {letters_of(part) for name in names for part in name.split()}
    everything = "\n".join(sorted(parts))
    common = {letters_of(name) for name in common_names()} - ALWAYS
    strong, mild = (select(words) - common for words in rated_words())
    unrated = select(sure_words()) | select(other_words())
    whole = strong | mild | (unrated - (parts - ALWAYS))
    inside = {word for word in strong if len(word) > SHORT and word not in everything} | INSIDE
    anywhere = {word for word in inside if not any(w in word for w in inside if w != word)}
    refusing = OffensiveWords(frozenset(whole - anywhere), tuple(sorted(anywhere)))
    words = whole | anywhere
    kept = {
        letters
        for name in names
        if (letters := letters_of(name)) in common or letters not in words
        if refusing.refuses(name) and not is_always(name)
    }
    entries = [*anywhere, *(f"={word}" for word in refusing.whole), *(f"+{name}" for name in kept)]
    return HEAD.splitlines() + sorted(entries, key=lambda entry: (entry.lstrip("=+"), entry))


def is_always(name: str) -> bool:
    """Whether a word of the name is one of `ALWAYS`."""
    return not ALWAYS.isdisjoint(name.replace("-", " ").split())


def select(words: Iterable[str]) -> set[str]:
    """Those that are one word, neither too short nor too long, without digits and signs."""
    fitting = {word for word in words if SHORT <= len(word) <= MAX_LENGTH and word.isalpha()}
    return fitting - NEVER


def read(name: str) -> list[list[str]]:
    """The columns of each line of a list in `data/`."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()]


def real_names() -> set[str]:
    """All names of all lists."""
    return {row[0] for name in LISTS for row in read(name)}


def common_names() -> set[str]:
    """Those that many bear."""
    surnames = {row[0] for row in read("surnames")[:COMMON_SURNAMES]}
    given = {
        row[0] for name in ("girls", "boys") for row in read(name) if int(row[1]) >= COMMON_CHILDREN
    }
    return surnames | given | {row[0] for row in read("world")}


def source(name: str) -> str:
    """The text of a list of words."""
    return (FOLDER / "offensive" / name).read_text(encoding="utf-8")


def rated_words() -> tuple[set[str], set[str]]:
    """The English words that are rated, hyphens left out: the strong and the mild ones.

    What profanity-list lacks, and naughty-words has, is strong.
    """
    strong: set[str] = set()
    mild: set[str] = set()
    for entry in json.loads(source("profanity-list-1.0.0.json")):
        for pattern in entry["match"].replace("-", "").split("|"):
            if entry["severity"] > MILD:
                strong.update(spellings(pattern))
            else:
                mild.add(pattern.replace("*", ""))
    words = json.loads(source("naughty-words-1.2.0.json"))["en"]
    strong.update(word.replace("-", "").lower() for word in words)
    return strong - mild, mild


def sure_words() -> Iterator[str]:
    """The English words that cuss is sure of, and those of `ALWAYS`."""
    line = re.compile(r"^  '?(.+?)'?: (\d),?$", re.MULTILINE)
    for entry, sureness in line.findall(source("cuss-2.2.0.js")):
        word = entry.replace("-", "").lower()
        if int(sureness) == SURE or word in ALWAYS:
            yield word


def spellings(pattern: str) -> Iterator[str]:
    """What a pattern of profanity-list stands for, each letter with an asterisk once or twice."""
    letters = re.findall(r"([^*])(\*?)", pattern)
    choices = [(letter, letter * 2) if star else (letter,) for letter, star in letters]
    yield from map("".join, itertools.product(*choices))


def other_words() -> Iterator[str]:
    """The words of other languages: as they are written, and in plain letters.

    Those of scripts other than the Latin and the Cyrillic only as they are written: too many of
    their words are one syllable, or have no vowels, and are names in plain letters.
    """
    for language, words in json.loads(source("naughty-words-1.2.0.json")).items():
        if language == "en":
            continue
        for word in map(normalise, words):
            yield word
            if all(unicodedata.name(c, "").startswith(("LATIN", "CYRILLIC")) for c in word):
                yield letters_of(without_accents(word))
