"""What each architecture keeps in a checkpoint, and how that becomes an automaton.

A new architecture is one entry of `ARCHITECTURES`; nothing else in the service learns of it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.alphabet import Alphabet
from app.engine.automaton import Automaton

Tensors = Mapping[str, NDArray[Any]]
Layout = dict[str, tuple[str, tuple[int, ...]]]
"""Tensor name -> (numpy dtype, shape)."""

MAX_CELLS = 2**24
"""The most numbers in a tensor, and in the table a network is expanded into: 128 MiB."""

ROWS = 40
"""How many contexts go through a network at a time: it takes little memory, and matrices this
small are multiplied on one thread, where several would mostly wait for each other."""


@dataclass(frozen=True)
class Architecture:
    """One kind of model.

    layout     (tokens, hyperparameters) -> the tensors it must have.
               Raises ValueError if the hyperparameters are not those of this architecture.
    expand     (alphabet, hyperparameters, tensors) -> Automaton, exactly.
    """

    layout: Callable[[int, Mapping[str, Any]], Layout]
    expand: Callable[[Alphabet, Mapping[str, Any], Tensors], Automaton]


def sizes(hyperparameters: Mapping[str, Any], *names: str) -> list[int]:
    """The named hyperparameters, each a whole number from 1 to 65,536."""
    found = []
    for name in names:
        size = hyperparameters.get(name)
        if type(size) is not int or not 1 <= size <= 65_536:
            raise ValueError(f"hyperparameter {name} should be a whole number from 1 to 65,536")
        found.append(size)
    return found


def bigram_layout(tokens: int, hyperparameters: Mapping[str, Any]) -> Layout:
    """A row for each character that can come before, the boundary first."""
    return {"log_probs": ("float64", (tokens, tokens))}


def counted_bigram_layout(tokens: int, hyperparameters: Mapping[str, Any]) -> Layout:
    """The same, and the counts that the rows were made from."""
    return bigram_layout(tokens, hyperparameters) | {"counts": ("int64", (tokens, tokens))}


def expand_bigram(
    alphabet: Alphabet, hyperparameters: Mapping[str, Any], tensors: Tensors
) -> Automaton:
    """The state is the last character; token t leads to state t."""
    next_state = np.tile(np.arange(alphabet.tokens, dtype=np.int32), (alphabet.tokens, 1))
    return Automaton(alphabet, 0, tensors["log_probs"], next_state)


def mlp_layout(tokens: int, hyperparameters: Mapping[str, Any]) -> Layout:
    """Bengio et al. 2003, oriented as torch's nn.Embedding and nn.Linear have them."""
    context, embedding, hidden = sizes(hyperparameters, "context", "embedding", "hidden")
    if tokens ** (context + 1) > MAX_CELLS:
        raise ValueError(
            f"a context of {context} over {tokens} tokens has too many states to expand at load; "
            f"a context of {int(math.log(MAX_CELLS, tokens)) - 1} is the longest that fits"
        )
    layout: Layout = {
        "embedding.weight": ("float32", (tokens, embedding)),
        "hidden.weight": ("float32", (hidden, context * embedding)),
        "hidden.bias": ("float32", (hidden,)),
        "output.weight": ("float32", (tokens, hidden)),
        "output.bias": ("float32", (tokens,)),
    }
    for name, (_, shape) in layout.items():
        if math.prod(shape) > MAX_CELLS:
            raise ValueError(f"{name} of {list(shape)} has more than {MAX_CELLS:,} numbers")
    return layout


def expand_mlp(
    alphabet: Alphabet, hyperparameters: Mapping[str, Any], tensors: Tensors
) -> Automaton:
    """Every context through the network once.

    A state is a context read as a number in base `tokens`, the oldest character first;
    the start is the context of boundaries alone, state 0.
    """
    tokens, context = alphabet.tokens, int(hyperparameters["context"])
    weights = {name: tensor.astype(np.float64) for name, tensor in tensors.items()}
    states = tokens**context
    logits = np.empty((states, tokens))
    contexts = np.stack(np.unravel_index(np.arange(states), (tokens,) * context), axis=1)
    for first in range(0, states, ROWS):
        rows = slice(first, first + ROWS)
        embedded = weights["embedding.weight"][contexts[rows]].reshape(len(contexts[rows]), -1)
        hidden = embedded @ weights["hidden.weight"].T
        hidden += weights["hidden.bias"]
        np.tanh(hidden, out=hidden)
        logits[rows] = hidden @ weights["output.weight"].T
    logits += weights["output.bias"]
    shifted = np.arange(states, dtype=np.int32)[:, None] % (states // tokens) * np.int32(tokens)
    next_state = shifted + np.arange(tokens, dtype=np.int32)
    return Automaton(alphabet, 0, log_softmax(logits), next_state)


def log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logits [rows, tokens] to natural log-probabilities of the same shape."""
    shifted: NDArray[np.float64] = logits - logits.max(axis=1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return shifted


ARCHITECTURES = {
    "bigram": Architecture(counted_bigram_layout, expand_bigram),
    "bigram-net": Architecture(bigram_layout, expand_bigram),
    "mlp": Architecture(mlp_layout, expand_mlp),
}
