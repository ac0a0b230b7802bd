"""Names as what a network is shown: contexts, and the token that follows each."""

from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor

from app.engine.alphabet import BOUNDARY, Alphabet


class Contexts(NamedTuple):
    """Examples: `tokens` int64 [examples, context], and `targets` int64 [examples]."""

    tokens: Tensor
    targets: Tensor


def contexts(names: Iterable[str], alphabet: Alphabet, length: int) -> Contexts:
    """An example for each prediction: L + 1 for a name of L characters, the end included.

    Before the first character a context is filled up with boundaries.
    """
    rows, targets = [], []
    for name in names:
        context = [BOUNDARY] * length
        for token in (*alphabet.encode(name), BOUNDARY):
            rows.append(context)
            targets.append(token)
            context = [*context[1:], token]
    return Contexts(torch.tensor(rows), torch.tensor(targets))
