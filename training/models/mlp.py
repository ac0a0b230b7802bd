"""The MLP."""

import torch
from torch import Tensor, nn

from training.configs import MLPConfig
from training.models.network import Network, windows


class MLP(Network):
    """The last characters' embeddings, side by side, through a tanh layer.

    Bengio et al., "A neural probabilistic language model", JMLR 3 (2003), section 2. Each of the
    last `context` characters is looked up in one shared table of `embedding` numbers; the rows,
    side by side, go through `hidden` tanh units to one logit per token. (The paper's direct
    connections from embedding to output, its matrix W, are left out, as its section 4 finds best
    for generalisation.)
    """

    architecture = "mlp"

    def __init__(self, vocab_size: int, config: MLPConfig) -> None:
        super().__init__(vocab_size, config)
        self.context = self.context_length = config.context
        self.embedding = nn.Embedding(vocab_size, config.embedding)
        self.hidden = nn.Linear(config.context * config.embedding, config.hidden)
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(config.hidden, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens [batch, time] -> logits [batch, time, tokens]."""
        latest = windows(tokens, self.context)
        embedded = self.embedding(latest).flatten(2)  # [batch, time, context * embedding]
        logits: Tensor = self.output(self.dropout(torch.tanh(self.hidden(embedded))))
        return logits
