"""Whatever predicts the next token, a network or an automaton: measured and compiled alike."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - everyone calls it F
from numpy.typing import NDArray

from namewright.alphabet import Alphabet
from namewright.architectures import ARCHITECTURES, Architecture, Layout
from namewright.architectures.layout import Hyperparameters, Tensors
from namewright.automaton import Automaton
from namewright.checkpoint import Checkpoint, load
from namewright.kernel import walk
from training.fit import NAMES_AT_ONCE
from training.models import NETWORKS, Network
from training.sequences import IGNORED, sequences


class Teacher(Protocol):
    """What a model knows, asked a token at a time."""

    alphabet: Alphabet

    def log_likelihoods(self, names: Sequence[str]) -> NDArray[np.float64]:
        """The log-likelihood of each name, nats. Raises UnscorableError for one without."""

    def advance(
        self, memory: Any, tokens: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], Callable[[NDArray[np.int64]], Any]]:
        """One token further, for many names at once.

        `memory` is None before the boundary that begins names. Gives P(token | so far),
        float32 [names, tokens], and how to have the memory of some of the names.
        """


class NetworkTeacher:
    """A network, by torch."""

    def __init__(self, network: Network, alphabet: Alphabet) -> None:
        self.network, self.alphabet = network.eval(), alphabet

    @torch.no_grad()
    def log_likelihoods(self, names: Sequence[str]) -> NDArray[np.float64]:
        """As `Teacher`."""
        names = [self.alphabet.spell(name)[0] for name in names]
        found = np.empty(len(names))
        for rows, chunk in sequences(names, self.alphabet).chunks(NAMES_AT_ONCE):
            logits = self.network(chunk.tokens).flatten(0, 1)
            losses = F.cross_entropy(
                logits, chunk.targets.flatten(), ignore_index=IGNORED, reduction="none"
            )
            found[rows.numpy()] = -losses.view(chunk.targets.shape).double().sum(dim=1).numpy()
        return found

    @torch.no_grad()
    def advance(
        self, memory: Any, tokens: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], Callable[[NDArray[np.int64]], Any]]:
        """As `Teacher`."""
        logits, after = self.network.advance(memory, torch.from_numpy(tokens))
        probabilities: NDArray[np.float32] = torch.softmax(logits, dim=1).numpy()
        return probabilities, lambda rows: after[torch.from_numpy(rows)]


class AutomatonTeacher:
    """An automaton, by looking up."""

    def __init__(self, automaton: Automaton) -> None:
        self.automaton, self.alphabet = automaton, automaton.alphabet
        self.walker = walk(automaton)

    def log_likelihoods(self, names: Sequence[str]) -> NDArray[np.float64]:
        """As `Teacher`."""
        return self.walker.log_likelihoods(names)

    def advance(
        self, memory: Any, tokens: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], Callable[[NDArray[np.int64]], Any]]:
        """As `Teacher`."""
        if memory is None:
            states = np.full(len(tokens), self.automaton.start)
        else:
            states = self.automaton.next_state[self.automaton.transition_row[memory], tokens]
        log_probs = np.array([self.automaton.row(state) for state in states.tolist()])
        probabilities = np.exp(log_probs).astype(np.float32)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        return probabilities, lambda rows: states[rows]


def network_layout(kind: type[Network]) -> Callable[[int, Hyperparameters], Layout]:
    """The layout of a network's checkpoint: that of what torch would make, without making it."""

    def layout(vocab_size: int, hyperparameters: Hyperparameters) -> Layout:
        try:
            with torch.device("meta"):
                state = kind(vocab_size, **hyperparameters).state_dict()
        except (TypeError, ValueError, RuntimeError) as error:
            names = ", ".join(kind.options())
            raise ValueError(f"its hyperparameters should be {names}: {error}") from error
        return {name: ("float32", tuple(tensor.shape)) for name, tensor in state.items()}

    return layout


def not_expanded(
    alphabet: Alphabet, hyperparameters: Hyperparameters, tensors: Tensors
) -> Automaton:
    """Stands where there is no automaton until one is compiled."""
    raise ValueError("a network; compile it: python -m training compile")


TORCH = {name: kind for name, kind in NETWORKS.items() if name not in ("bigram-net",)}
"""The networks whose checkpoints hold what torch holds."""

READABLE = ARCHITECTURES | {
    name: Architecture(network_layout(kind), not_expanded) for name, kind in TORCH.items()
}
"""Every architecture there is: those that serve, and the networks."""


def load_any(path: Path) -> Checkpoint:
    """Any checkpoint, a network's too. Raises CheckpointError."""
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


def network_of(checkpoint: Checkpoint) -> Network:
    """The network that a checkpoint is of, its weights in place."""
    network = TORCH[checkpoint.architecture](
        checkpoint.alphabet.vocab_size, **checkpoint.hyperparameters
    )
    tensors = checkpoint.tensors.items()
    network.load_state_dict({name: torch.tensor(tensor) for name, tensor in tensors})
    return network


def teacher_of(checkpoint: Checkpoint) -> Teacher:
    """What a checkpoint knows: through its automaton where it has one, else by torch."""
    automaton = automaton_of(checkpoint)
    if automaton is not None:
        return AutomatonTeacher(automaton)
    return NetworkTeacher(network_of(checkpoint), checkpoint.alphabet)
