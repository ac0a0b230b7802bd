from collections.abc import Iterable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from namewright.automaton import Automaton
from namewright.budget import Budget
from namewright.parameters import Sampling

def add(values: list[float]) -> float: ...

class KernelWalker:
    name: ClassVar[str]
    def __init__(self, automaton: Automaton) -> None: ...
    @property
    def automaton(self) -> Automaton: ...
    def sample(
        self, sampling: Sampling, budget: Budget | None = None, part: int = 0
    ) -> list[str]: ...
    def log_probs(self, name: str) -> tuple[str, list[float]]: ...
    def log_likelihoods(self, names: Iterable[str]) -> NDArray[np.float64]: ...
