"""The bag of characters: what is left of a model that forgets their order."""

import torch
from torch import Tensor, nn

from training.configs import BagOfCharactersConfig
from training.models.network import Network


class BagOfCharacters(Network):
    """A bag of characters: it knows which ones came, and not in what order. A baseline.

    The mean of the embeddings of all characters so far and the boundary, through `hidden` tanh
    units: Iyyer et al., "Deep unordered composition rivals syntactic methods" (ACL 2015),
    section 3.
    """

    architecture = "bow"

    def __init__(self, vocab_size: int, config: BagOfCharactersConfig) -> None:
        super().__init__(vocab_size, config)
        self.embedding = nn.Embedding(vocab_size, config.embedding)
        self.hidden = nn.Linear(config.embedding, config.hidden)
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(config.hidden, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens [batch, time] -> logits [batch, time, tokens]."""
        so_far = torch.arange(1, tokens.shape[1] + 1)[:, None]
        bag = self.embedding(tokens).cumsum(dim=1) / so_far  # [batch, time, embedding]
        logits: Tensor = self.output(self.dropout(torch.tanh(self.hidden(bag))))
        return logits
