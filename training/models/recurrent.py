"""The recurrent networks: a state that each character changes."""

from typing import ClassVar

import torch
from torch import Tensor, nn

from training.configs import RecurrentConfig
from training.models.network import Network

CELLS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


class Recurrent(Network):
    """Embeddings, `layers` recurrent layers of `hidden` units, a linear layer to the logits.

    Dropout on what leaves each layer, and a fifth as much on the embeddings (Zaremba et al. 2014:
    never on the state itself).
    """

    parts: ClassVar[int] = 1
    """Of the state: an LSTM's has two, what it shows and its cell."""

    def __init__(self, vocab_size: int, config: RecurrentConfig) -> None:
        super().__init__(vocab_size, config)
        self.embedding = nn.Embedding(vocab_size, config.embedding)
        self.embedding_dropout = nn.Dropout(config.dropout / 5)
        self.recurrent = CELLS[self.architecture](
            config.embedding,
            config.hidden,
            config.layers,
            batch_first=True,
            dropout=config.dropout if config.layers > 1 else 0.0,
        )
        self.dropout = nn.Dropout(config.dropout)
        self.output = nn.Linear(config.hidden, vocab_size)

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens [batch, time] -> logits [batch, time, tokens]."""
        states, _ = self.recurrent(self.embedding_dropout(self.embedding(tokens)))
        logits: Tensor = self.output(self.dropout(states))
        return logits

    def advance(self, memory: Tensor | None, token: Tensor) -> tuple[Tensor, Tensor]:
        """As `Network.advance`; memory is the state, [batch, parts, layers, hidden]."""
        before = None
        if memory is not None:
            parts = tuple(part.contiguous() for part in memory.permute(1, 2, 0, 3))
            before = parts if self.parts > 1 else parts[0]
        output, after = self.recurrent(self.embedding(token)[:, None], before)
        stacked = torch.stack(after if self.parts > 1 else (after,))
        return self.output(output[:, 0]), stacked.permute(2, 0, 1, 3)


class RNN(Recurrent):
    """A state that goes through a tanh layer with each character.

    Elman, "Finding structure in time", Cognitive Science 14 (1990).
    """

    architecture = "rnn"


class GRU(Recurrent):
    """A state of which two gates say what to keep.

    Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical
    machine translation" (EMNLP 2014), section 2.3.
    """

    architecture = "gru"


class LSTM(Recurrent):
    """A state and a cell beside it, with three gates. The service's default is four, compiled.

    Hochreiter & Schmidhuber, "Long short-term memory", Neural Computation 9 (1997), with the
    forget gate of Gers et al. (2000).
    """

    architecture = "lstm"
    parts = 2
