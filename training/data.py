"""A list of names, divided into what is learned from and what is held out.

>>> dataset = read_dataset("data/names.txt")
>>> train, validation, test = dataset.parts
"""

import hashlib
import os
import random
from collections.abc import Iterable, Mapping, Sequence
from math import log
from pathlib import Path
from typing import Any, Literal, NamedTuple

from namewright.alphabet import Alphabet
from training.name_list import DataError, NameList, digest, parse_lines, read_list

SplitName = Literal["hash", "lecture", "makemore"]
Weights = Literal["none", "log", "count"]

FEWEST = 100
"""Different names that a list has to have to be learned from."""


class Split(NamedTuple):
    """The three parts of a list of names."""

    train: list[str]
    validation: list[str]
    test: list[str]

    @property
    def held_out(self) -> list[str]:
        """The different names of validation and test, A to Z."""
        return sorted({*self.validation, *self.test})


class Dataset(NamedTuple):
    """A list of names, divided, and what a checkpoint says of it.

    weights    how much each training name weighs, 1 or more; empty if they all weigh the same
    locales    where names are from, by name; may be empty
    """

    parts: Split
    alphabet: Alphabet
    description: dict[str, Any]
    weights: list[int]
    locales: Mapping[str, Sequence[str]]

    @property
    def repeated(self) -> list[str]:
        """The training names, each as often as it weighs, for what counts them."""
        if not self.weights:
            return self.parts.train
        pairs = zip(self.parts.train, self.weights, strict=True)
        return [name for name, weight in pairs for _ in range(weight)]


def read_dataset(
    path: str | os.PathLike[str], how: SplitName = "hash", weights: Weights = "none"
) -> Dataset:
    """Read and divide a list of names.

    Raises DataError if there is too little to learn from, or if it lacks the counts that the
    weights are made of.
    """
    path = Path(path)
    return dataset_of(read_list(path), how, weights, path.name, digest(path), str(path))


def make_dataset(names: Iterable[str], how: SplitName, weights: Weights = "none") -> Dataset:
    """Divide names that are in no file; they are described as a file of one per line would be.

    Raises DataError as `read_dataset` does.
    """
    typed = list(names)
    sha256 = hashlib.sha256("".join(f"{name}\n" for name in typed).encode()).hexdigest()
    source = "the list"
    return dataset_of(parse_lines(typed, source), how, weights, "list", sha256, source)


def dataset_of(
    listed: NameList, how: SplitName, weights: Weights, file: str, sha256: str, source: str
) -> Dataset:
    """Names, divided. `source` is what an error calls them."""
    names = listed.names
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
    description: dict[str, Any] = {
        "file": file,
        "sha256": sha256,
        "names": len(names),
        "split": how,
    }
    parts = split(names, how)
    weighed: list[int] = []
    if weights != "none":
        if not listed.counts:
            raise DataError(f"{source}: has no counts to weigh names by: name, tab, count")
        description["weights"] = weights
        weighed = weigh([listed.counts[name] for name in parts.train], weights)
    return Dataset(parts, alphabet, description, weighed, listed.locales)


def weigh(counts: Sequence[int], weights: Weights) -> list[int]:
    """How much names weigh that were given so often: the rarest 1.

    count    in proportion
    log      one more for each time that the count is doubled
    """
    least = min(counts)
    if weights == "log":
        return [1 + int(log(count / least, 2)) for count in counts]
    return [round(count / least) for count in counts]


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
