"""The bigram, counted or trained: the state is the last character."""

import numpy as np

from app.engine.alphabet import Alphabet
from app.engine.architectures.layout import Hyperparameters, Layout, Tensors
from app.engine.automaton import Automaton


def layout(tokens: int, hyperparameters: Hyperparameters) -> Layout:
    """A row for each character that can come before, the boundary first."""
    return {"log_probs": ("float64", (tokens, tokens))}


def counted_layout(tokens: int, hyperparameters: Hyperparameters) -> Layout:
    """The same, and the counts that the rows were made from."""
    return layout(tokens, hyperparameters) | {"counts": ("int64", (tokens, tokens))}


def expand(alphabet: Alphabet, hyperparameters: Hyperparameters, tensors: Tensors) -> Automaton:
    """Token t leads to state t, from everywhere."""
    next_state = np.arange(alphabet.tokens, dtype=np.int32)[None]
    leads = np.zeros(alphabet.tokens, dtype=np.int32)
    return Automaton(alphabet, 0, tensors["log_probs"], next_state, leads)
