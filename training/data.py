"""Reading a list of names, and dividing it.

>>> names = read_names(Path("data/names.txt"))
>>> train, validation, test = split(names, "hash")
"""

import hashlib
import os
import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Literal, NamedTuple

from namewright.alphabet import MAX_LENGTH, Alphabet, is_written, normalise
from namewright.errors import LongNameError

SplitName = Literal["hash", "lecture", "makemore"]

HEADINGS = {"name", "names", "first name", "first_name", "firstname", "given name", "surname"}
"""First lines that are rather a heading than a name."""

LONGEST_LINE = 10_000
"""Bytes; a file with a longer line is not a list of names."""
BOM = b"\xef\xbb\xbf"


class DataError(Exception):
    """A file is not a list of names; says which file, which lines, and what is wrong."""


FEWEST = 100
"""Different names that a list has to have to be learned from."""


class Split(NamedTuple):
    """The three parts of a list of names."""

    train: list[str]
    validation: list[str]
    test: list[str]


class Dataset(NamedTuple):
    """A list of names, divided, and what a checkpoint says of it."""

    parts: Split
    alphabet: Alphabet
    description: dict[str, Any]


def read_dataset(path: str | os.PathLike[str], how: SplitName = "hash") -> Dataset:
    """Read and divide a list of names. Raises DataError if there is too little to learn from."""
    path = Path(path)
    return dataset_of(read_names(path), how, path.name, digest(path), str(path))


def make_dataset(names: Iterable[str], how: SplitName) -> Dataset:
    """Divide names that are in no file; they are described as a file of one per line would be.

    Raises DataError as `read_dataset` does.
    """
    typed = list(names)
    sha256 = hashlib.sha256("".join(f"{name}\n" for name in typed).encode()).hexdigest()
    source = "the list"
    return dataset_of(normalise_names(typed, source), how, "list", sha256, source)


def dataset_of(names: list[str], how: SplitName, file: str, sha256: str, source: str) -> Dataset:
    """Names, divided. `source` is what an error calls them."""
    if len(set(names)) < FEWEST:
        found = len(set(names))
        noun = "name" if found == 1 else "different names"
        raise DataError(
            f"{source}: has only {found} {noun}; at least {FEWEST} are needed to learn from"
        )
    try:
        alphabet = Alphabet.of(names)
    except ValueError as error:
        raise DataError(f"{source}: {error}") from error
    description = {"file": file, "sha256": sha256, "names": len(names), "split": how}
    return Dataset(split(names, how), alphabet, description)


def read_names(path: Path) -> list[str]:
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
    return normalise_names(lines, str(path))


def normalise_names(lines: Iterable[str], source: str) -> list[str]:
    """Names as they were typed, normalised, in their order, repeats kept, blank ones left out.

    `source` is what an error calls them. Raises DataError as `read_names` does.
    """
    names = []
    too_long = []
    like_a_table = 0
    for number, line in enumerate(lines, start=1):
        typed = line.strip()
        if not is_written(typed):
            sign = next(character for character in typed if not is_written(character))
            what = "a tab" if sign == "\t" else f"a character that does not show, U+{ord(sign):04X}"
            raise DataError(f"{source}: line {number} has {what}; one name per line is expected")
        like_a_table += any(sign in ",;" or sign.isdigit() for sign in typed)
        try:
            name = normalise(typed)
        except LongNameError:  # far too long: it is not worth the time to normalise it
            name = typed
        if len(name) > MAX_LENGTH:
            too_long.append((number, name))
        elif name:
            names.append(name)
    found = len(names) + len(too_long)
    if not found:
        raise DataError(f"{source}: has no names; one name per line is expected")
    if like_a_table > found / 2:
        raise DataError(
            f"{source}: looks like a table, not a list of names: {like_a_table:,} of {found:,} "
            "lines have commas or digits; one name per line is expected"
        )
    if too_long:
        raise DataError(f"{source}: {describe_long(too_long)}")
    return names


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


def split(names: Sequence[str], how: SplitName) -> Split:
    """Divide names, in the order they were read, into train, validation and test.

    hash        unique names by SHA-256 modulo 100: 80 / 10 / 10. A name's side does not
                depend on what else is in the list, and no name is on two sides
    lecture     as the makemore lectures: repeats kept, `random.Random(42).shuffle`,
                80 / 10 / 10
    makemore    as makemore.py: `torch.manual_seed(3407)`, `torch.randperm`; the last tenth,
                at most 1,000 names, is the test, and as there the best step is chosen on
                it, so it is the validation too

    Raises DataError if a part has no name.
    """
    if how == "hash":
        parts = Split([], [], [])
        for name in dict.fromkeys(names):
            parts[hash_side(name)].append(name)
    elif how == "lecture":
        shuffled = list(names)
        random.Random(42).shuffle(shuffled)
        first, second = int(0.8 * len(shuffled)), int(0.9 * len(shuffled))
        parts = Split(shuffled[:first], shuffled[first:second], shuffled[second:])
    else:
        import torch  # noqa: PLC0415 - it takes seconds, and no other split needs it

        generator = torch.Generator().manual_seed(3407)
        shuffled = [names[i] for i in torch.randperm(len(names), generator=generator).tolist()]
        held_out = min(1000, len(names) // 10)
        first = len(names) - held_out
        parts = Split(shuffled[:first], shuffled[first:], shuffled[first:])
    for side, part in parts._asdict().items():
        if not part:
            raise DataError(
                f"{len(names)} names are too few: the {side} part of the {how} split has none"
            )
    return parts


def hash_side(name: str) -> int:
    """0, 1 or 2: the part of the hash split that a name is always in."""
    bucket = int.from_bytes(hashlib.sha256(name.encode()).digest()) % 100
    return 0 if bucket < 80 else 1 if bucket < 90 else 2
