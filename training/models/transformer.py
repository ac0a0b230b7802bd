"""The transformer."""

import torch
import torch.nn.functional as F  # noqa: N812 - everyone calls it F
from torch import Tensor, nn

from namewright.alphabet import MAX_LENGTH
from training.configs import TransformerConfig
from training.models.network import Network


class Block(nn.Module):
    """GPT-2's block: attention and an MLP, each normalised before and added after.

    [batch, time, hidden] -> the same.
    """

    def __init__(self, hidden: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = nn.Dropout(dropout)
        self.attention_norm = nn.LayerNorm(hidden)
        self.attention = nn.Linear(hidden, 3 * hidden)  # queries, keys, values
        self.attention_output = nn.Linear(hidden, hidden)
        self.mlp_norm = nn.LayerNorm(hidden)
        self.mlp_hidden = nn.Linear(hidden, 4 * hidden)
        self.mlp_output = nn.Linear(4 * hidden, hidden)

    def forward(self, x: Tensor) -> Tensor:
        """Causal: a time attends to itself and what is before it."""
        x = x + self.dropout(self.attend(self.attention_norm(x)))
        hidden = F.gelu(self.mlp_hidden(self.mlp_norm(x)), approximate="tanh")
        fed: Tensor = self.dropout(self.mlp_output(hidden))
        return x + fed

    def attend(self, x: Tensor) -> Tensor:
        """Vaswani et al. 2017, section 3.2.2."""
        batch, time, hidden = x.shape
        split = self.attention(x).view(batch, time, 3, self.heads, hidden // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)  # each [batch, heads, time, a head]
        dropout = self.dropout.p if self.training else 0.0
        mixed = F.scaled_dot_product_attention(query, key, value, dropout_p=dropout, is_causal=True)
        found: Tensor = self.attention_output(mixed.transpose(1, 2).reshape(x.shape))
        return found


class Transformer(Network):
    """A GPT: each character attends to all before it.

    Radford et al., "Language models are unsupervised multitask learners" (2019), GPT-2:
    `layers` blocks of `hidden` numbers and `heads` heads, learned positions, and the embedding
    of the tokens as the output's weights too.
    """

    architecture = "transformer"

    def __init__(self, vocab_size: int, config: TransformerConfig) -> None:
        super().__init__(vocab_size, config)
        hidden, heads, dropout = config.hidden, config.heads, config.dropout
        self.embedding = nn.Embedding(vocab_size, hidden)
        self.positions = nn.Embedding(MAX_LENGTH + 1, hidden)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(Block(hidden, heads, dropout) for _ in range(config.layers))
        self.norm = nn.LayerNorm(hidden)
        for name, parameter in self.named_parameters():
            if name.endswith("weight") and "norm" not in name:
                # What is added to the residual stream is made smaller by how often it is.
                scale = (2 * config.layers) ** -0.5 if "_output" in name else 1.0
                nn.init.normal_(parameter, std=0.02 * scale)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens [batch, time] -> logits [batch, time, tokens]."""
        times = torch.arange(tokens.shape[1])
        x = self.dropout(self.embedding(tokens) + self.positions(times))
        for block in self.blocks:
            x = block(x)
        return F.linear(self.norm(x), self.embedding.weight)
