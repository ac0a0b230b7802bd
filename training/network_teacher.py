"""A network as a teacher: it is asked by torch."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - everyone calls it F
from numpy.typing import NDArray

from namewright.alphabet import Alphabet
from training.fit import NAMES_AT_ONCE
from training.models import Network
from training.sequences import IGNORED, sequences
from training.teacher import by_name


class NetworkTeacher:
    """As `Teacher`, of a network."""

    def __init__(self, network: Network, alphabet: Alphabet) -> None:
        self.network, self.alphabet = network.eval(), alphabet

    def log_likelihoods(self, names: Sequence[str]) -> NDArray[np.float64]:
        """As `Teacher`."""
        names = [self.alphabet.spell(name)[0] for name in names]
        return by_name(self.log_probs(names), names)

    @torch.no_grad()
    def log_probs(self, names: Sequence[str]) -> NDArray[np.float64]:
        """As `Teacher`."""
        names = [self.alphabet.spell(name)[0] for name in names]
        found = np.zeros((len(names), max(map(len, names), default=0) + 1))
        for rows, chunk in sequences(names, self.alphabet).chunks(NAMES_AT_ONCE):
            logits = self.network(chunk.tokens).flatten(0, 1)
            losses = F.cross_entropy(
                logits, chunk.targets.flatten(), ignore_index=IGNORED, reduction="none"
            )
            found[rows.numpy(), : chunk.targets.shape[1]] = -losses.view(chunk.targets.shape)
        predicted = np.array([len(name) + 1 for name in names])[:, None]
        return found[np.arange(found.shape[1]) < predicted]

    @torch.no_grad()
    def advance(
        self, memory: Any, tokens: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], Callable[[NDArray[np.int64]], Any]]:
        """As `Teacher`."""
        logits, after = self.network.advance(memory, torch.from_numpy(tokens))
        probabilities: NDArray[np.float32] = torch.softmax(logits, dim=1).numpy()
        return probabilities, lambda rows: after[torch.from_numpy(rows)]
