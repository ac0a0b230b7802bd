"""The convolutional network."""

import torch
import torch.nn.functional as F  # noqa: N812 - everyone calls it F
from torch import Tensor, nn

from training.configs import CNNConfig
from training.models.network import Network


class GatedConvolution(nn.Module):
    """One layer: [batch, channels, time] -> the same, and what it adds to the output.

    The gated unit of WaveNet, section 2.3, with the residual and skip connections of 2.4.
    """

    def __init__(self, channels: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.dilation = dilation
        self.convolution = nn.Conv1d(channels, 2 * channels, kernel_size=2, dilation=dilation)
        self.mix = nn.Conv1d(channels, 2 * channels, kernel_size=1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Causal: filled up on the left alone."""
        filtered, gate = self.convolution(F.pad(x, (self.dilation, 0))).chunk(2, dim=1)
        residual, skip = self.mix(torch.tanh(filtered) * torch.sigmoid(gate)).chunk(2, dim=1)
        return x + self.dropout(residual), skip


class CNN(Network):
    """Convolutions over the characters so far, ever wider apart.

    Van den Oord et al., "WaveNet: a generative model for raw audio" (2016), section 2:
    `layers` causal convolutions of `hidden` channels, two characters wide, dilated 1, 2, 4, ...:
    so a prediction sees 2^layers characters.
    """

    architecture = "cnn"

    def __init__(self, vocab_size: int, config: CNNConfig) -> None:
        super().__init__(vocab_size, config)
        hidden, dropout = config.hidden, config.dropout
        self.context_length = 2**config.layers
        self.embedding = nn.Embedding(vocab_size, hidden)
        self.layers = nn.ModuleList(
            GatedConvolution(hidden, 2**layer, dropout) for layer in range(config.layers)
        )
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(hidden, hidden)
        self.output = nn.Linear(hidden, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens [batch, time] -> logits [batch, time, tokens]."""
        x = self.dropout(self.embedding(tokens)).transpose(1, 2)  # [batch, hidden, time]
        total = torch.zeros_like(x)
        for layer in self.layers:
            x, skip = layer(x)
            total = total + skip
        hidden = F.relu(self.hidden(F.relu(total).transpose(1, 2)))
        logits: Tensor = self.output(self.dropout(hidden))
        return logits
