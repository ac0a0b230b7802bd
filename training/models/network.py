"""What every network is."""

import inspect
from typing import Any, ClassVar

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.recipe import Recipe


class Network(nn.Module):
    """A model of the next token: causal, and trained by the one loop in `fit.py`.

    architecture    its name in checkpoints and on the command line
    recipe          how it is trained if nothing else is said
    reach           how many of the latest tokens a prediction depends on; None for all

    A subclass is made from the number of tokens and keyword options with defaults, which are
    the options of the command line and the hyperparameters of the checkpoint.
    """

    architecture: ClassVar[str]
    recipe: ClassVar[Recipe]

    def __init__(self, vocab_size: int, **hyperparameters: Any) -> None:
        super().__init__()
        self.hyperparameters = hyperparameters
        self.reach: int | None = None

    @classmethod
    def options(cls) -> dict[str, Any]:
        """Its hyperparameters and their defaults."""
        parameters = inspect.signature(cls).parameters.values()
        return {each.name: each.default for each in parameters if each.kind is each.KEYWORD_ONLY}

    def forward(self, tokens: Tensor) -> Tensor:
        """Tokens int64 [batch, time] -> logits [batch, time, tokens].

        The logits at a time are of the token after it, and depend on nothing later.
        """
        raise NotImplementedError

    def advance(self, memory: Tensor | None, token: Tensor) -> tuple[Tensor, Tensor]:
        """One token further: logits [batch, tokens], and what to remember of each row.

        `memory` is None before the first token, and after that what the last call gave, a row
        of it for each of `token`, int64 [batch]. Here it is the tokens themselves.
        """
        column = token[:, None]
        seen = column if memory is None else torch.cat([memory, column], dim=1)
        if self.reach is not None:
            seen = seen[:, -self.reach :]
        return self(seen)[:, -1], seen

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The tensors of the checkpoint: the parameters, as torch names and orients them."""
        return {name: tensor.detach().numpy() for name, tensor in self.state_dict().items()}


def windows(tokens: Tensor, context: int) -> Tensor:
    """[batch, time] -> [batch, time, context]: at each time the latest, boundaries before."""
    return nn.functional.pad(tokens, (context - 1, 0)).unfold(1, context, 1)
