"""The bigram, counted or trained: the state is the last character."""

import numpy as np

from namewright.alphabet import Alphabet
from namewright.architectures.layout import Hyperparameters, Layout, Tensors
from namewright.automaton import Automaton
from namewright.transitions import Transitions


def layout(vocab_size: int, hyperparameters: Hyperparameters) -> Layout:
    """A row for each token that can come before, the boundary first."""
    return {"log_probs": ("float64", (vocab_size, vocab_size))}


def counted_layout(vocab_size: int, hyperparameters: Hyperparameters) -> Layout:
    """The same, with the counts that the rows were made from."""
    return layout(vocab_size, hyperparameters) | {"counts": ("int64", (vocab_size, vocab_size))}


def expand(alphabet: Alphabet, hyperparameters: Hyperparameters, tensors: Tensors) -> Automaton:
    """Token t leads to state t from every state."""
    row = np.zeros(alphabet.vocab_size, dtype=np.int32)
    transitions = Transitions.complete(row, np.zeros(1), alphabet.vocab_size)
    return Automaton(alphabet, 0, tensors["log_probs"], transitions)
