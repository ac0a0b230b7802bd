"""What may be chosen of each network: its hyperparameters, and how it is trained by default.

The networks are in `training/models/`. They are apart so that the command line can answer without
torch, which takes seconds to import.
"""

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

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


@dataclass(frozen=True)
class BigramNetConfig(NetworkConfig):
    """It has none: the alphabet alone says how large it is."""


@dataclass(frozen=True)
class MLPConfig(NetworkConfig):
    """Its hyperparameters."""

    context: int = context(3)
    embedding: int = embedding(10)
    hidden: int = hidden(200)
    dropout: float = dropout(0.0)


@dataclass(frozen=True)
class BagOfCharactersConfig(NetworkConfig):
    """Its hyperparameters."""

    embedding: int = embedding(32)
    hidden: int = hidden(200)
    dropout: float = dropout(0.1)


@dataclass(frozen=True)
class CNNConfig(NetworkConfig):
    """Its hyperparameters."""

    hidden: int = hidden(96)
    layers: int = layers(4)
    dropout: float = dropout(0.2)


@dataclass(frozen=True)
class RecurrentConfig(NetworkConfig):
    """The hyperparameters of the RNN and the LSTM."""

    embedding: int = embedding(64)
    hidden: int = hidden(256)
    layers: int = layers(1)
    dropout: float = dropout(0.3)


@dataclass(frozen=True)
class GRUConfig(RecurrentConfig):
    """The same, with more units and more dropout."""

    hidden: int = hidden(512)
    dropout: float = dropout(0.5)


@dataclass(frozen=True)
class TransformerConfig(NetworkConfig):
    """Its hyperparameters. Raises ValueError unless `hidden` is a multiple of `heads`."""

    hidden: int = hidden(128)
    layers: int = layers(4)
    heads: int = option(4, "Attention heads per layer.", 1, 256)
    dropout: float = dropout(0.1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.hidden % self.heads:
            raise ValueError(f"hidden should be a multiple of heads, {self.heads}")


class Spec(NamedTuple):
    """What may be chosen of a network.

    summary        a line or two of help
    config_type    its hyperparameters
    recipe         how it is trained if nothing else is said
    autograds      what may compute its gradients
    """

    summary: str
    config_type: type[NetworkConfig]
    recipe: Recipe
    autograds: tuple[str, ...] = ("torch",)


SPECS = {
    "bigram-net": Spec(
        "A bigram as a network of one layer (Karpathy, makemore part 1).",
        BigramNetConfig,
        Recipe(steps=1500, batch_size=512, learning_rate=0.1, warmup=0),
        autograds=("torch", "scalar"),
    ),
    "mlp": Spec(
        "The last characters' embeddings, side by side, through a tanh layer (Bengio et al. 2003).",
        MLPConfig,
        Recipe(steps=16_000, batch_size=256, learning_rate=0.005, weight_decay=0.05),
    ),
    "bow": Spec(
        "A bag of characters, without their order: a baseline (Iyyer et al. 2015).",
        BagOfCharactersConfig,
        Recipe(steps=5_000, batch_size=256, learning_rate=0.005, weight_decay=0.05),
    ),
    "cnn": Spec(
        "Convolutions over the characters so far, ever wider apart (van den Oord et al. 2016).",
        CNNConfig,
        Recipe(steps=6_000, batch_size=256, learning_rate=0.003, weight_decay=0.1),
    ),
    "rnn": Spec(
        "A state that goes through a tanh layer with each character (Elman 1990).",
        RecurrentConfig,
        Recipe(steps=4_000, batch_size=256, learning_rate=0.001, weight_decay=0.1),
    ),
    "gru": Spec(
        "A state of which two gates say what to keep (Cho et al. 2014).",
        GRUConfig,
        Recipe(steps=3_500, batch_size=256, learning_rate=0.002, weight_decay=0.1),
    ),
    "lstm": Spec(
        "A state and a cell beside it, with three gates (Hochreiter & Schmidhuber 1997). The "
        "service's default is four of them and an n-gram, compiled.",
        RecurrentConfig,
        Recipe(steps=4_000, batch_size=256, learning_rate=0.003, weight_decay=0.1),
    ),
    "transformer": Spec(
        "A GPT: each character attends to all before it (Radford et al. 2019).",
        TransformerConfig,
        Recipe(steps=6_000, batch_size=256, learning_rate=0.003, weight_decay=0.1),
    ),
}
"""By the name of the architecture, from simple to not."""
