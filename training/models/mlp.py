"""The MLP."""

import torch
from torch import Tensor, nn

from training.models.network import Network, windows
from training.recipe import Recipe


class MLP(Network):
    """The last characters' embeddings, side by side, through a tanh layer.

    Bengio et al., "A neural probabilistic language model", JMLR 3 (2003), section 2. Each of the
    last `context` characters is looked up in one shared table of `embedding` numbers; the rows,
    side by side, go through `hidden` tanh units to a logit a token. (The paper's direct
    connections from embedding to output, its matrix W, are left out, as its section 4 finds best
    for generalisation.)
    """

    architecture = "mlp"
    recipe = Recipe(steps=16_000, batch_size=256, learning_rate=0.005, weight_decay=0.05)

    def __init__(
        self,
        vocab_size: int,
        *,
        context: int = 3,
        embedding: int = 10,
        hidden: int = 200,
        dropout: float = 0.0,
    ) -> None:
        super().__init__(
            vocab_size, context=context, embedding=embedding, hidden=hidden, dropout=dropout
        )
        self.reach = context
        self.embedding = nn.Embedding(vocab_size, embedding)
        self.hidden = nn.Linear(context * embedding, hidden)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens [batch, time] -> logits [batch, time, tokens]."""
        latest = windows(tokens, int(self.hyperparameters["context"]))
        embedded = self.embedding(latest).flatten(2)  # [batch, time, context * embedding]
        logits: Tensor = self.output(self.dropout(torch.tanh(self.hidden(embedded))))
        return logits
