"""What every network is: its hyperparameters, its interface, how it is trained by default."""

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.options import Search, check_options, option
from training.recipe import Recipe


@dataclass(frozen=True)
class NetworkConfig:
    """The hyperparameters of a network; each network has a subclass of its own.

    The command line, the checkpoint and the search are made from its fields: see `option`.
    Raises ValueError for a value of the wrong type, or outside its range.
    """

    def __post_init__(self) -> None:
        check_options(self)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of its fields, in order."""
        return tuple(each.name for each in fields(cls))


def context(default: int) -> Any:
    """A field: how many characters a network sees."""
    return option(default, "Characters that it sees.", 1, 31, Search(2, 10))


def embedding(default: int) -> Any:
    """A field: the width of the embedding."""
    return option(default, "Numbers that stand for a character.", 1, 65_536, Search(8, 128, step=8))


def hidden(default: int) -> Any:
    """A field: the width of a hidden layer."""
    return option(default, "Units of a hidden layer.", 1, 65_536, Search(64, 512, step=32))


def layers(default: int) -> Any:
    """A field: how many hidden layers."""
    return option(default, "Hidden layers.", 1, 64)


def dropout(default: float) -> Any:
    """A field: the share of units that are left out at each step of training."""
    return option(
        default, "Share of units left out at each step.", 0, 0.95, Search(0.0, 0.6, step=0.05)
    )


class Network(nn.Module):
    """A model of the next token: causal, and trained by the one loop in `fit.py`.

    architecture      its name in checkpoints and on the command line
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
