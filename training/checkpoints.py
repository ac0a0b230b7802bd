"""Any checkpoint, a network's too: read, and made into what it predicts by.

torch, which takes seconds to import, is imported where a network is met.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from namewright.architectures import ARCHITECTURES
from namewright.automaton import Automaton
from namewright.checkpoint import Checkpoint, load
from training.automaton_teacher import AutomatonTeacher
from training.teacher import Teacher

if TYPE_CHECKING:
    from training.models import Network


def load_any(path: Path) -> Checkpoint:
    """Any checkpoint, a network's too. Raises CheckpointError."""
    from training.architectures import READABLE  # noqa: PLC0415

    return load(path, READABLE)


def is_served(checkpoint: Checkpoint) -> bool:
    """Whether the service loads it; a network is first to be compiled."""
    architecture = ARCHITECTURES.get(checkpoint.architecture)
    if architecture is None:
        return False
    try:
        architecture.layout(checkpoint.alphabet.vocab_size, checkpoint.hyperparameters)
    except ValueError:
        return False
    return True


def automaton_of(checkpoint: Checkpoint) -> Automaton | None:
    """What the service makes of a checkpoint; None of a network that is first to be compiled.

    Raises ValueError if its tensors make no automaton.
    """
    if not is_served(checkpoint):
        return None
    expand = ARCHITECTURES[checkpoint.architecture].expand
    return expand(checkpoint.alphabet, checkpoint.hyperparameters, checkpoint.tensors)


def network_of(checkpoint: Checkpoint) -> "Network":
    """The network that a checkpoint is of, its weights in place."""
    import torch  # noqa: PLC0415

    from training.architectures import TORCH, configure  # noqa: PLC0415

    kind = TORCH[checkpoint.architecture]
    config = configure(kind, checkpoint.hyperparameters)
    network = kind(checkpoint.alphabet.vocab_size, config)
    tensors = checkpoint.tensors.items()
    network.load_state_dict({name: torch.tensor(tensor) for name, tensor in tensors})
    return network


def teacher_of(checkpoint: Checkpoint) -> Teacher:
    """What a checkpoint knows: through its automaton where it has one, else by torch."""
    automaton = automaton_of(checkpoint)
    if automaton is not None:
        return AutomatonTeacher(automaton)
    from training.network_teacher import NetworkTeacher  # noqa: PLC0415

    return NetworkTeacher(network_of(checkpoint), checkpoint.alphabet)
