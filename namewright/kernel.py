"""Which implementation runs: the compiled kernel where all of it was built, or the reference.

Both are a `Walker`, and give the same names and the same scores, bit for bit; only the time
differs. Sampling and scoring are written against it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from namewright import reference
from namewright.automaton import Automaton
from namewright.budget import Budget
from namewright.checkpoint import Checkpoint
from namewright.parameters import Sampling
from namewright.score import Score
from namewright.spelling import Spelling


class Walker(Protocol):
    """An automaton, ready to sample and to score."""

    @property
    def name(self) -> str:
        """Which implementation this is: `compiled` or `reference`."""

    @property
    def automaton(self) -> Automaton:
        """The automaton that it samples from."""

    def sample(
        self,
        sampling: Sampling,
        budget: Budget | None = None,
        part: int = 0,
        accept: reference.Accept | None = None,
    ) -> list[str]:
        """Names `offset` to `offset + n - 1` of a seed: see `reference.sample`."""

    def write(
        self,
        sampling: Sampling,
        spelling: Spelling,
        written: list[bytes],
        budget: Budget | None = None,
        part: int = 0,
        accept: reference.Accept | None = None,
    ) -> None:
        """As `sample`; but append the names to a list, as bytes: some of them, and some more.

        Where there are no more names, those that were found are there.
        """

    def share(self, sampling: Sampling, budget: Budget | None = None) -> float:
        """The share of candidates that meet the condition: see `reference.Shaped.share`."""

    def log_probs(self, name: str) -> tuple[str, list[float]]:
        """A name, normalised, and the log-probability of each of its characters and of its end.

        Natural logarithms, L + 1 of them. Raises UnscorableError for a name without a score.
        """

    def plain_scores(self, names: list[str], checkpoint: Checkpoint) -> list[Score | None]:
        """The score of each name that this walker has a quicker way for; None for any other.

        As `scoring.score_one` has it.
        """

    def score_rows(
        self,
        names: list[str],
        checkpoint: Checkpoint,
        columns: Sequence[str],
        separators: list[bytes],
        is_title: bool,
        row: Callable[[str], bytes],
    ) -> bytes:
        """The rows of names: see `writers.ScoreWriter`.

        `row` writes that of a name that this walker has no quicker way for.
        """

    def log_likelihoods(self, names: Iterable[str]) -> NDArray[np.float64]:
        """The log-likelihood of each name, nats. Raises UnscorableError for one without."""


walk: Callable[[Automaton], Walker]
"""Make an automaton ready to sample and to score."""
add: Callable[[list[float]], float]
"""The sum, left to right."""
try:
    from namewright import _kernel, _scores

    walk, add, KERNEL = _kernel.KernelWalker, _scores.add, "compiled"
except ImportError:
    walk, add, KERNEL = reference.ReferenceWalker, reference.add, "reference"
