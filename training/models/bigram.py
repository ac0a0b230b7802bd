"""The bigram as a network."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - everyone calls it F
from numpy.typing import NDArray
from torch import Tensor, nn

from training.configs import BigramNetConfig
from training.models.network import Network


class BigramNet(Network):
    """A bigram as a network of one layer: logits = one_hot(last character) @ weight.

    Karpathy, makemore part 1. At its best, softmax of row i is the counted P(token | i): what
    gradient descent finds is what counting finds.
    """

    architecture = "bigram-net"
    keeps_weights = False

    def __init__(self, vocab_size: int, config: BigramNetConfig) -> None:
        super().__init__(vocab_size, config)
        self.weight = nn.Parameter(torch.randn(vocab_size, vocab_size))  # [tokens before, tokens]
        self.context_length = 1

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens [batch, time] -> logits [batch, time, tokens]."""
        # Multiplying by a one-hot row comes to looking the row up.
        return F.embedding(tokens, self.weight)

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The rows, normalised: the same form as the counted bigram's."""
        log_probs = F.log_softmax(self.weight.detach().double(), dim=1)
        return {"log_probs": log_probs.numpy().astype(np.float64)}
