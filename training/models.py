"""The networks. Each maps contexts to logits, and says what of it goes into a checkpoint."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - everyone calls it F
from numpy.typing import NDArray
from torch import Tensor, nn


class Network(nn.Module):
    """A model of the next token: tokens int64 [batch, context] -> logits [batch, tokens]."""

    architecture: str
    context: int

    def hyperparameters(self) -> dict[str, int | float]:
        """What a reader of the checkpoint needs beside the tensors."""
        raise NotImplementedError

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The tensors of the checkpoint: the parameters, as torch names and orients them."""
        return {name: tensor.detach().numpy() for name, tensor in self.state_dict().items()}


class BigramNet(Network):
    """A bigram as a network of one layer: logits = one_hot(last character) @ weight.

    Karpathy, makemore part 1. At its best, softmax of row i is the counted P(token | i): what
    gradient descent finds is what counting finds.
    """

    architecture = "bigram-net"
    context = 1

    def __init__(self, tokens: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(tokens, tokens))  # [tokens before, tokens]

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens [batch, 1] -> logits [batch, tokens]."""
        last = F.one_hot(tokens[:, -1], len(self.weight)).to(self.weight.dtype)
        return last @ self.weight

    def hyperparameters(self) -> dict[str, int | float]:
        """None: the rows say it all."""
        return {}

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The rows, normalised: the same form as the counted bigram's."""
        log_probs = F.log_softmax(self.weight.detach().double(), dim=1)
        return {"log_probs": log_probs.numpy().astype(np.float64)}


class MLP(Network):
    """Bengio et al., "A neural probabilistic language model", JMLR 3 (2003), section 2.

    Each of the last `context` characters is looked up in one shared table of `embedding`
    numbers; the rows, side by side, go through `hidden` tanh units to a logit a token. (The
    paper's direct connections from embedding to output, its matrix W, are left out, as its
    section 4 finds best for generalisation.)
    """

    architecture = "mlp"

    def __init__(self, tokens: int, context: int, embedding: int, hidden: int) -> None:
        super().__init__()
        self.context = context
        self.embedding = nn.Embedding(tokens, embedding)
        self.hidden = nn.Linear(context * embedding, hidden)
        self.output = nn.Linear(hidden, tokens)

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens [batch, context] -> logits [batch, tokens]."""
        embedded = self.embedding(tokens).flatten(1)  # [batch, context * embedding]
        logits: Tensor = self.output(torch.tanh(self.hidden(embedded)))
        return logits

    def hyperparameters(self) -> dict[str, int | float]:
        """The three sizes."""
        return {
            "context": self.context,
            "embedding": self.embedding.embedding_dim,
            "hidden": self.hidden.out_features,
        }
