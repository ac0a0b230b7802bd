"""Names as what a network is shown: tokens, and the token that follows each."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from namewright.alphabet import BOUNDARY, Alphabet
from training.tokens import tokens_of

IGNORED = -1
"""The target behind a name's end, which no loss counts."""

POOL = 8
"""How many batches' names are sorted by length together."""


class Sequences(NamedTuple):
    """Names, a row each, filled up to the longest.

    tokens     int64 [names, time]: the boundary, then the characters
    targets    int64 [names, time]: the characters, then the boundary, then `IGNORED`
    lengths    int64 [names]: predictions, L + 1 for a name of L characters
    """

    tokens: Tensor
    targets: Tensor
    lengths: Tensor

    def take(self, rows: Tensor) -> "Sequences":
        """Some of the rows, cut to the longest of them."""
        lengths = self.lengths[rows]
        time = int(lengths.max())
        return Sequences(self.tokens[rows, :time], self.targets[rows, :time], lengths)

    def chunks(self, size: int) -> Iterator[tuple[Tensor, "Sequences"]]:
        """All rows, those alike in length together, so many at a time, and which they are."""
        for rows in torch.split(self.lengths.argsort(stable=True), size):
            yield rows, self.take(rows)


def sequences(names: Sequence[str], alphabet: Alphabet) -> Sequences:
    """What a network is shown of some names. Raises UnknownCharacterError."""
    targets = tokens_of(names, alphabet)
    tokens = np.full_like(targets, BOUNDARY)
    tokens[:, 1:] = targets[:, :-1]
    lengths = (targets != BOUNDARY).sum(axis=1) + 1
    targets[np.arange(targets.shape[1]) >= lengths[:, None]] = IGNORED
    return Sequences(*map(torch.from_numpy, (tokens, targets, lengths)))


class Batches:
    """The batch of each step: a pure function of (seed, step), so that training can be resumed.

    An epoch goes through all names once. Names of about one length share a batch, which wastes
    little on filling up.
    """

    def __init__(self, lengths: Tensor, size: int, seed: int) -> None:
        self.lengths, self.size, self.seed = lengths, size, seed
        self.epoch = -1
        self.order: list[Tensor] = []

    def rows(self, step: int) -> Tensor:
        """The rows of a step's names, int64 [at most size]; the first step is 1."""
        an_epoch = -(-len(self.lengths) // self.size)
        epoch, at = divmod(step - 1, an_epoch)
        if epoch != self.epoch:
            self.epoch, self.order = epoch, self.shuffle(epoch)
        return self.order[at]

    def shuffle(self, epoch: int) -> list[Tensor]:
        """An epoch's batches."""
        generator = torch.Generator().manual_seed(seed_of(self.seed, epoch))
        shuffled = torch.randperm(len(self.lengths), generator=generator)
        batches: list[Tensor] = []
        for pool in torch.split(shuffled, POOL * self.size):
            batches.extend(torch.split(pool[self.lengths[pool].argsort(stable=True)], self.size))
        return [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]


def seed_of(*address: int) -> int:
    """A seed for torch from whole numbers, such as (seed, step)."""
    return int(np.random.SeedSequence(address).generate_state(1, np.uint64)[0] >> 1)
