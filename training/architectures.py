"""Every architecture there is: those that the library serves, and the networks beside them."""

from collections.abc import Callable

import torch

from namewright.alphabet import Alphabet
from namewright.architectures import ARCHITECTURES, Architecture, Layout
from namewright.architectures.layout import Hyperparameters, Tensors
from namewright.automaton import Automaton
from training.configs import NetworkConfig
from training.models import NETWORKS, Network


def network_layout(kind: type[Network]) -> Callable[[int, Hyperparameters], Layout]:
    """The layout of a network's checkpoint: that of what torch would make, without making it."""

    def layout(vocab_size: int, hyperparameters: Hyperparameters) -> Layout:
        try:
            with torch.device("meta"):
                state = kind(vocab_size, configure(kind, hyperparameters)).state_dict()
        except (TypeError, ValueError, RuntimeError) as error:
            names = ", ".join(kind.config_type.names())
            raise ValueError(f"its hyperparameters should be {names}: {error}") from error
        return {name: ("float32", tuple(tensor.shape)) for name, tensor in state.items()}

    return layout


def configure(kind: type[Network], hyperparameters: Hyperparameters) -> NetworkConfig:
    """The configuration that a checkpoint's hyperparameters are. Raises TypeError or ValueError."""
    return kind.config_type(**hyperparameters)


def not_expanded(
    alphabet: Alphabet, hyperparameters: Hyperparameters, tensors: Tensors
) -> Automaton:
    """Stands where there is no automaton until one is compiled."""
    raise ValueError("a network; compile it: python -m training compile")


TORCH = {name: kind for name, kind in NETWORKS.items() if kind.keeps_weights}
"""The networks whose checkpoints hold what torch holds."""

READABLE = ARCHITECTURES | {
    name: Architecture(network_layout(kind), not_expanded) for name, kind in TORCH.items()
}
"""Every architecture there is: those that serve, and the networks."""
