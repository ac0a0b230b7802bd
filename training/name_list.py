"""Reading a list of names: a file of one per line, each with its count or its locales, if it has.

    emma<TAB>19800        how often the name was given
    bélanger<TAB>fr_CA    the locales that it is from, separated by spaces

>>> read_list(Path("data/world.txt")).locales["belanger"]
('fr_CA', 'fr_QC')
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

from namewright.alphabet import MAX_LENGTH, is_written, normalise
from namewright.errors import LongNameError

HEADINGS = {"name", "names", "first name", "first_name", "firstname", "given name", "surname"}
"""First lines that are rather a heading than a name."""

LONGEST_LINE = 10_000
"""Bytes; a file with a longer line is not a list of names."""
BOM = b"\xef\xbb\xbf"
LOCALES = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?( [a-z]{2,3}(_[A-Z]{2})?)*")
MOST = 2**53
"""Above every count."""


class DataError(Exception):
    """A file is not a list of names; says which file, which lines, and what is wrong."""


class NameList(NamedTuple):
    """Names, and what their lines say of them.

    names      normalised, in file order, repeats kept
    counts     how often each was given, where lines have counts; a line without one counts as 1
    locales    where each is from, where lines have locales
    """

    names: list[str]
    counts: Counter[str]
    locales: dict[str, tuple[str, ...]]


def read_list(path: Path) -> NameList:
    """The names of a UTF-8 file, one per line, normalised, in file order, repeats kept.

    Blank lines are skipped, and a line may end in CRLF. Raises DataError for a file that cannot
    be read, is empty, is not UTF-8, is a table rather than a list, or has names that are too long
    or not printable.
    """
    lines = []
    for number, line in enumerate(read_lines(path), start=1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError as error:
            raise DataError(
                f"{path}: line {number} is not UTF-8; save the file as UTF-8"
            ) from error
    return parse_lines(lines, str(path))


def read_names(path: Path) -> list[str]:
    """The names alone. Raises DataError as `read_list` does."""
    return read_list(path).names


def parse_lines(lines: Iterable[str], source: str) -> NameList:
    """What lines say; blank ones are left out. `source` is what an error calls them.

    Raises DataError as `read_list` does.
    """
    found = NameList([], Counter(), {})
    too_long = []
    like_a_table = 0
    for number, line in enumerate(lines, start=1):
        typed, tab, more = line.strip(" \r\n").partition("\t")
        typed = typed.strip()
        if not is_written(typed):
            sign = next(character for character in typed if not is_written(character))
            what = f"a character that does not show, U+{ord(sign):04X}"
            raise DataError(f"{source}: line {number} has {what}; one name per line is expected")
        like_a_table += any(sign in ",;" or sign.isdigit() for sign in typed)
        try:
            name = normalise(typed)
        except LongNameError:  # far too long: it is not worth the time to normalise it
            name = typed
        if len(name) > MAX_LENGTH:
            too_long.append((number, name))
        elif name:
            found.names.append(name)
            if tab:
                note(found, name, more.strip(), f"{source}: line {number}")
    lines_with_names = len(found.names) + len(too_long)
    if not lines_with_names:
        raise DataError(f"{source}: has no names; one name per line is expected")
    if like_a_table > lines_with_names / 2:
        raise DataError(
            f"{source}: looks like a table, not a list of names: {like_a_table:,} of "
            f"{lines_with_names:,} lines have commas or digits; one name per line is expected"
        )
    if too_long:
        raise DataError(f"{source}: {describe_long(too_long)}")
    if found.counts:
        found.counts.update(name for name in found.names if name not in found.counts)
    return found


def note(found: NameList, name: str, said: str, line: str) -> None:
    """Note what a line says after its tab. Raises DataError if that is no count and no locale."""
    if said.isascii() and said.isdigit() and 0 < int(said[:20]) < MOST:
        found.counts[name] += int(said)
    elif LOCALES.fullmatch(said):
        found.locales[name] = tuple(dict.fromkeys((*found.locales.get(name, ()), *said.split(" "))))
    else:
        raise DataError(
            f"{line} has a tab, and after it neither a count, such as 42, nor locales, "
            "such as fr_CA; one name per line is expected"
        )


def read_lines(path: Path) -> Iterator[bytes]:
    """The lines of a file without their ends, one at a time. Raises DataError."""
    try:
        with path.open("rb") as file:
            for number in count(1):
                line = file.readline(LONGEST_LINE)
                if len(line) == LONGEST_LINE:
                    raise DataError(
                        f"{path}: line {number} has {LONGEST_LINE:,} bytes or more; "
                        "one name per line is expected"
                    )
                if not line:
                    break
                yield line.removeprefix(BOM if number == 1 else b"").removesuffix(b"\n")
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error


def has_heading(path: Path) -> bool:
    """Whether the first line of a list looks like a heading. Raises DataError."""
    first = next(iter(read_lines(path)), b"")
    return first.decode(errors="replace").strip().lower() in HEADINGS


def digest(path: Path) -> str:
    """The SHA-256 of a list's file, by which a checkpoint knows what it learned from.

    Raises DataError if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error


def describe_long(too_long: Sequence[tuple[int, str]], shown: int = 3) -> str:
    """How many names are too long, and the first of them."""
    listed = ", ".join(f"line {number} {name[:40]!r}" for number, name in too_long[:shown])
    more = ", ..." if len(too_long) > shown else ""
    noun = "name is" if len(too_long) == 1 else "names are"
    return (
        f"{len(too_long)} {noun} longer than {MAX_LENGTH} characters ({listed}{more}); "
        "shorten or remove them"
    )
