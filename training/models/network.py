"""What every network is: its hyperparameters, its interface, how it is trained by default."""

from dataclasses import asdict
from typing import Any, ClassVar

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.configs import SPECS, NetworkConfig
from training.recipe import Recipe


class Network(nn.Module):
    """A model of the next token: causal, and trained by the one loop in `fit.py`.

    architecture      its name in checkpoints and on the command line, and in `configs.SPECS`,
                      which gives the recipe, the config_type and the autograds
    recipe            how it is trained if nothing else is said
    config_type       the dataclass of its hyperparameters
    keeps_weights     whether its checkpoint holds its weights, as torch names them; else it
                      holds what `tensors` gives, and `namewright.architectures` knows it
    autograds         what may compute its gradients
    context_length    how many of the latest tokens a prediction depends on; None for all
    """

    architecture: ClassVar[str]
    recipe: ClassVar[Recipe]
    config_type: ClassVar[type[NetworkConfig]]
    keeps_weights: ClassVar[bool] = True
    autograds: ClassVar[tuple[str, ...]] = ("torch",)

    def __init_subclass__(cls) -> None:
        """Take what may be chosen from `SPECS`."""
        super().__init_subclass__()
        if "architecture" in vars(cls):
            spec = SPECS[cls.architecture]
            cls.config_type, cls.recipe = spec.config_type, spec.recipe
            cls.autograds = spec.autograds

    def __init__(self, vocab_size: int, config: NetworkConfig) -> None:
        super().__init__()
        self.vocab_size, self.config = vocab_size, config
        self.context_length: int | None = None

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """Its configuration, as the checkpoint has it."""
        return asdict(self.config)

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
        if self.context_length is not None:
            seen = seen[:, -self.context_length :]
        return self(seen)[:, -1], seen

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The tensors of the checkpoint: the parameters, as torch names and orients them."""
        return {name: tensor.detach().numpy() for name, tensor in self.state_dict().items()}


def windows(tokens: Tensor, context: int) -> Tensor:
    """[batch, time] -> [batch, time, context]: at each time the latest, boundaries before."""
    return nn.functional.pad(tokens, (context - 1, 0)).unfold(1, context, 1)
