from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from namewright.automaton import Automaton
from namewright.checkpoint import Checkpoint
from namewright.score import Score

def add(values: list[float]) -> float: ...

class Scorer:
    def __init__(self, automaton: Automaton) -> None: ...
    @property
    def automaton(self) -> Automaton: ...
    def log_probs(self, name: str) -> tuple[str, list[float]]: ...
    def score_rows(
        self,
        names: list[str],
        checkpoint: Checkpoint,
        columns: Sequence[str],
        separators: list[bytes],
        is_title: bool,
        row: Callable[[str], bytes],
    ) -> bytes: ...
    def log_likelihoods(self, names: Iterable[str]) -> NDArray[np.float64]: ...
    def plain_scores(self, names: list[str], checkpoint: Checkpoint) -> list[Score | None]: ...
