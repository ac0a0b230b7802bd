"""What the reader of checkpoints knows of an architecture: its tensors, and their automaton."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from namewright.alphabet import Alphabet
from namewright.automaton import Automaton

Hyperparameters = Mapping[str, Any]
Tensors = Mapping[str, NDArray[Any]]
Layout = dict[str, tuple[str, tuple[int | None, ...]]]
"""Tensor name -> (numpy dtype, shape); None in a shape stands for any length."""

MAX_CELLS = 2**24
"""The most numbers in a tensor, and in the table a model is expanded into: 128 MiB."""


@dataclass(frozen=True)
class Architecture:
    """One kind of model.

    layout     (vocab_size, hyperparameters) -> the tensors it must have.
               Raises ValueError if the hyperparameters are not those of this architecture.
    expand     (alphabet, hyperparameters, tensors) -> Automaton, exactly.
               Raises ValueError if the tensors' values do not make one.
    structural the tensors that say how it is built, rather than what it learned.
    """

    layout: Callable[[int, Hyperparameters], Layout]
    expand: Callable[[Alphabet, Hyperparameters, Tensors], Automaton]
    structural: frozenset[str] = frozenset()


def sizes(hyperparameters: Hyperparameters, *names: str, most: int = 65_536) -> list[int]:
    """The named hyperparameters, each a whole number from 1 to `most`."""
    found = []
    for name in names:
        size = hyperparameters.get(name)
        if type(size) is not int or not 1 <= size <= most:
            raise ValueError(f"hyperparameter {name} should be a whole number from 1 to {most:,}")
        found.append(size)
    return found


def check_cells(what: str, *shape: int) -> None:
    """Raise ValueError for a table too large to be held."""
    if np.prod([float(length) for length in shape]) > MAX_CELLS:
        raise ValueError(f"{what} of {list(shape)} has more than {MAX_CELLS:,} numbers")


def most_states(vocab_size: int) -> int:
    """How many states an automaton's table has room for."""
    return MAX_CELLS // vocab_size
