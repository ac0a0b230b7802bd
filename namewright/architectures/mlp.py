"""The MLP of Bengio et al. 2003: every context goes through the network once, at load."""

import math

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import Alphabet
from namewright.architectures.layout import (
    MAX_CELLS,
    Hyperparameters,
    Layout,
    Tensors,
    check_cells,
    sizes,
)
from namewright.automaton import Automaton

ROWS = 40
"""How many contexts go through a network at a time, or as many as there are tokens: it takes little
memory, and matrices this small are multiplied on one thread, where several would mostly wait for
each other."""

BLOCKS = 32
"""How many of those before the softmax, which is not about matrices."""


def layout(vocab_size: int, hyperparameters: Hyperparameters) -> Layout:
    """Bengio et al. 2003, oriented as torch's nn.Embedding and nn.Linear have them."""
    context, embedding, hidden = sizes(hyperparameters, "context", "embedding", "hidden")
    if vocab_size ** (context + 1) > MAX_CELLS:
        raise ValueError(
            f"a context of {context} over {vocab_size} tokens has too many states to expand at load; "
            f"{int(math.log(MAX_CELLS, vocab_size)) - 1} is the longest that fits. Compile it: "
            "python -m training compile"
        )
    check_cells("hidden.weight", hidden, context * embedding)
    check_cells("embedding.weight", vocab_size, embedding)
    check_cells("output.weight", vocab_size, hidden)
    return {
        "embedding.weight": ("float32", (vocab_size, embedding)),
        "hidden.weight": ("float32", (hidden, context * embedding)),
        "hidden.bias": ("float32", (hidden,)),
        "output.weight": ("float32", (vocab_size, hidden)),
        "output.bias": ("float32", (vocab_size,)),
    }


def expand(alphabet: Alphabet, hyperparameters: Hyperparameters, tensors: Tensors) -> Automaton:
    """Every context through the network, in float64; held as float32, as the weights are.

    A state is a context read as a number in base `vocab_size`, the oldest character first;
    the start is the context of boundaries alone, state 0. Where it leads does not depend on
    the oldest character.
    """
    vocab_size, context = alphabet.vocab_size, int(hyperparameters["context"])
    weights = {name: tensor.astype(np.float64) for name, tensor in tensors.items()}
    states, shared = vocab_size**context, vocab_size ** (context - 1)
    # What a character at each place adds to the hidden layer, [context, vocab_size, hidden].
    by_place = weights["hidden.weight"].reshape(-1, context, weights["embedding.weight"].shape[1])
    added = np.einsum("hce,te->cth", by_place, weights["embedding.weight"])
    newest = min(context, max(1, int(math.log(ROWS, vocab_size))))
    by_newest = np.zeros((1, len(weights["hidden.bias"])))
    for place in range(context - newest, context):
        by_newest = (by_newest[:, None] + added[place]).reshape(-1, by_newest.shape[1])
    log_probs = np.empty((states, vocab_size), dtype=np.float32)
    # Contexts that differ in their newest characters alone lie next to each other.
    blocks = log_probs.reshape(-1, len(by_newest), vocab_size)
    oldest = np.ndindex((vocab_size,) * (context - newest))
    for first in range(0, len(blocks), BLOCKS):
        logits = np.empty(blocks[first : first + BLOCKS].shape)
        for block, characters in zip(logits, oldest, strict=False):
            by_oldest = weights["hidden.bias"].copy()
            for place, character in enumerate(characters):
                by_oldest += added[place, character]
            hidden = by_newest + by_oldest
            np.tanh(hidden, out=hidden)
            np.matmul(hidden, weights["output.weight"].T, out=block)
        logits += weights["output.bias"]
        blocks[first : first + BLOCKS] = log_softmax(logits)
    next_state = np.arange(states, dtype=np.int32).reshape(shared, vocab_size)
    transition_row = np.tile(np.arange(shared, dtype=np.int32), vocab_size)
    return Automaton(alphabet, 0, log_probs, next_state, transition_row)


def log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logits [..., vocab_size] to natural log-probabilities of the same shape."""
    shifted: NDArray[np.float64] = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted
