"""The MLP of Bengio et al. 2003: at load, every context goes through the network once."""

import math
from itertools import pairwise

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
from namewright.transitions import Transitions

ROWS = 40
"""The most contexts that go through the network at once (`vocab_size`, if that is more). It takes
little memory, and matrices this small are multiplied on one thread: several threads would mostly
wait for each other."""

BLOCKS = 32
"""How many such groups of contexts go through the softmax at once."""

MAX_PRODUCT = 2**18
"""The most multiplications in a product of matrices that surely stays on one thread."""

MAX_WORK = 2**34
"""The most multiplications at load, counting what takes as long for one: about a second."""

TANH, CELL, STEP = 2**5, 2**7, 2**14
"""How many multiplications take as long as a tanh, as a number of the table from its logit, and as
a step in Python of those that a group takes (`STEPS`, and one a character)."""

STEPS = 8


def layout(vocab_size: int, hyperparameters: Hyperparameters) -> Layout:
    """The tensors of the paper, oriented as in torch's nn.Embedding and nn.Linear."""
    context, embedding, hidden = sizes(hyperparameters, "context", "embedding", "hidden")
    if vocab_size ** (context + 1) > MAX_CELLS:
        raise ValueError(
            f"a context of {context} over {vocab_size} tokens has too many states to expand at "
            f"load; {int(math.log(MAX_CELLS, vocab_size)) - 1} is the longest that fits. "
            "Compile it: python -m training compile"
        )
    check_cells("hidden.weight", hidden, context * embedding)
    check_cells("embedding.weight", vocab_size, embedding)
    check_cells("hidden layers of a group", vocab_size, hidden, context)
    if work(vocab_size, context, embedding, hidden) > MAX_WORK:
        raise ValueError(
            "its network would take too long to expand at load. "
            "Compile it: python -m training compile"
        )
    return {
        "embedding.weight": ("float32", (vocab_size, embedding)),
        "hidden.weight": ("float32", (hidden, context * embedding)),
        "hidden.bias": ("float32", (hidden,)),
        "output.weight": ("float32", (vocab_size, hidden)),
        "output.bias": ("float32", (vocab_size,)),
    }


def work(vocab_size: int, context: int, embedding: int, hidden: int) -> int:
    """About how many multiplications `expand` takes; a file of 10 KB could ask for minutes."""
    states: int = vocab_size**context
    groups: int = states // vocab_size ** newest_characters(vocab_size, context)
    return (
        vocab_size * context * embedding * hidden * TANH
        + states * hidden * (vocab_size + TANH)
        + states * vocab_size * CELL
        + groups * (STEPS + context) * STEP
    )


def newest_characters(vocab_size: int, context: int) -> int:
    """How many characters the contexts of a group differ in: the newest ones."""
    return min(context, max(1, int(math.log(ROWS, vocab_size))))


@np.errstate(over="ignore", invalid="ignore")  # what is no log-probability, an Automaton refuses
def expand(alphabet: Alphabet, hyperparameters: Hyperparameters, tensors: Tensors) -> Automaton:
    """Every context through the network: computed in float64, held in float32 as the weights are.

    A state is a context read as a number in base `vocab_size`, the oldest character first. The
    start is state 0, the context of boundaries alone. Where a state leads does not depend on its
    oldest character, so `vocab_size` states share each row.
    """
    vocab_size, context = alphabet.vocab_size, int(hyperparameters["context"])
    weights = {name: tensor.astype(np.float64) for name, tensor in tensors.items()}
    states, shared = vocab_size**context, vocab_size ** (context - 1)
    # What a character adds to the hidden layer at each place, [context, vocab_size, hidden].
    by_place = weights["hidden.weight"].reshape(-1, context, weights["embedding.weight"].shape[1])
    added = np.einsum("hce,te->cth", by_place, weights["embedding.weight"])
    newest = newest_characters(vocab_size, context)
    by_newest = np.zeros((1, len(weights["hidden.bias"])))
    for place in range(context - newest, context):
        by_newest = (by_newest[:, None] + added[place]).reshape(-1, by_newest.shape[1])
    log_probs = np.empty((states, vocab_size), dtype=np.float32)
    count = min(math.ceil(by_newest.size * vocab_size / MAX_PRODUCT), (len(by_newest) + 1) // 2)
    parts = np.linspace(0, len(by_newest), count + 1).astype(int).tolist()
    # Contexts that differ only in their newest characters lie next to each other.
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
            for first_row, last_row in pairwise(parts):
                rows = slice(first_row, last_row)
                np.matmul(hidden[rows], weights["output.weight"].T, out=block[rows])
        logits += weights["output.bias"]
        blocks[first : first + BLOCKS] = log_softmax(logits)
    row = np.tile(np.arange(shared, dtype=np.int32), vocab_size)
    transitions = Transitions.complete(row, np.arange(0, states, vocab_size), vocab_size)
    return Automaton(alphabet, 0, log_probs, transitions)


def log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logits [..., vocab_size] to natural log-probabilities of the same shape."""
    shifted: NDArray[np.float64] = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted
