"""A network compiled offline: a trie of contexts, and what the network predicts after each.

`training/compile.py` makes these. With 8 bits a prediction is a code (see `automaton.STEP`); with
64, for what compiles exactly, it is the natural log-probability.
"""

import numpy as np

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
from namewright.context_trie import link

FORMS = {8: "uint8", 64: "float64"}


def layout(vocab_size: int, hyperparameters: Hyperparameters) -> Layout:
    """A trie of contexts, in order of length, and what each predicts."""
    states, bits = sizes(hyperparameters, "states", "bits", most=MAX_CELLS)
    if bits not in FORMS:
        raise ValueError(f"hyperparameter bits should be {' or '.join(map(str, FORMS))}")
    check_cells("predictions", states, vocab_size)
    return {
        "contexts.parent": ("int32", (states,)),
        "contexts.character": ("uint8", (states,)),
        "predictions": (FORMS[bits], (states, vocab_size)),
    }


def expand(alphabet: Alphabet, hyperparameters: Hyperparameters, tensors: Tensors) -> Automaton:
    """The state is the longest context that the past ends with."""
    links = link(tensors["contexts.parent"], tensors["contexts.character"], alphabet.vocab_size)
    predictions = np.ascontiguousarray(tensors["predictions"])
    return Automaton(alphabet, links.start, predictions, links.transitions)
