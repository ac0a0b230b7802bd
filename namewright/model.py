"""A loaded checkpoint, ready to sample and to score.

>>> model = namewright.load_model("mlp")
>>> model.sample(3, seed=42, temperature=0.8)
>>> [score.plausibility for score in model.score(["emma", "xqzt"])]
"""

import ctypes
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from namewright import scoring
from namewright.acceptance import Acceptance, Acceptances
from namewright.architectures import ARCHITECTURES, CONTEXTS
from namewright.automaton import Automaton
from namewright.budget import Budget
from namewright.checkpoint import Checkpoint, load
from namewright.conditions import expected_attempts
from namewright.errors import (
    BudgetError,
    CheckpointError,
    ExhaustedError,
    LargeProductError,
    UnscorableError,
)
from namewright.golden import check_golden_names
from namewright.kernel import Walker, walk
from namewright.parameters import Sampling, with_parameters
from namewright.score import Score, listed


class ModelDescription(TypedDict):
    """What a model is, and how good."""

    name: str
    """What it is asked for by."""
    architecture: str
    """The kind of checkpoint."""
    parameters: int
    """How many numbers it has learned."""
    states: int
    """How many states its automaton has."""
    alphabet: list[str]
    """The characters of its names, in token order."""
    hyperparameters: dict[str, Any]
    """Sizes; for a compiled model, those of its teacher too."""
    losses: dict[str, Any]
    """Nats per prediction, on each part of the data."""
    data: dict[str, Any]
    """The list that it learned from: file name, SHA-256, number of names, split."""
    digest: str
    """SHA-256 of its checkpoint."""


@dataclass(frozen=True, eq=False)
class Model:
    """A checkpoint, and the automaton that it stands for, ready to sample and to score.

    Of its checkpoint's tensors it keeps all but the contexts, which are links of the automaton now.
    """

    name: str
    checkpoint: Checkpoint
    walker: Walker

    def __repr__(self) -> str:
        """One line: what it is, how large, and how good."""
        losses = self.checkpoint.metrics
        return (
            f"<Model {self.name}: {self.checkpoint.architecture}, {self.automaton.states:,} states,"
            f" test loss {losses['test']:.4f}, digest {self.checkpoint.digest[:12]}>"
        )

    @property
    def digest(self) -> str:
        """SHA-256 of its checkpoint, hexadecimal."""
        return self.checkpoint.digest

    @property
    def automaton(self) -> Automaton:
        """The table that sampling and scoring look things up in."""
        return self.walker.automaton

    @property
    def parameters(self) -> int:
        """How many numbers it has learned."""
        structural = ARCHITECTURES[self.checkpoint.architecture].structural
        tensors = self.checkpoint.tensors.items()
        return sum(tensor.size for name, tensor in tensors if name not in structural)

    @with_parameters(Sampling)
    def sample(self, sampling: Sampling) -> list[str]:
        """Names `offset` to `offset + n - 1` of a seed; of a new seed each time if it is None.

        Raises ParameterError for a value outside its range (see `Sampling`), and
        ExhaustedError when hardly any name passes the filters.
        """
        return self.draw(sampling)

    def draw(
        self, sampling: Sampling, budget: Budget | None = None, accept: Acceptances | None = None
    ) -> list[str]:
        """As `sample`, within a budget. Raises BudgetError where that is spent or cancelled.

        `accept` is that of a request of several parts; by default the sampling is all of it.
        """
        [whole] = accept or self.acceptance(sampling)
        return self.walker.sample(sampling, budget, 0, whole)

    def draw_parts(
        self,
        sampling: Sampling,
        made: list[tuple[str, ...]],
        budget: Budget | None = None,
        accept: Acceptances | None = None,
    ) -> None:
        """As `draw`, but append each name to a list, as its parts: it is the only one."""
        try:
            names = self.draw(sampling, budget, accept)
        except ExhaustedError as error:
            made.extend((name,) for name in error.names)
            raise
        made.extend((name,) for name in names)

    def acceptance(self, sampling: Sampling) -> Acceptances:
        """Which names a request accepts: one acceptance, since names have one part."""
        return (Acceptance.of(sampling, self.checkpoint.known_names),)

    def share(self, sampling: Sampling, budget: Budget | None = None) -> float:
        """The share of the candidates of a sampling that meet its filters; 1 without any.

        `novel`, `unique` and `safe` are not among them. Raises LargeProductError where there are
        too many states to know it.
        """
        return self.walker.share(sampling, budget)

    def expected_candidates(self, sampling: Sampling) -> float:
        """How many candidates a sampling takes on average, as far as its filters are concerned.

        Raises BudgetError where that is not known, since what they need is not kept.
        """
        try:
            share = self.share(sampling, Budget(reads=False, builds=False))
        except LargeProductError as error:
            raise BudgetError from error
        return sampling.n * expected_attempts(share)

    def score(
        self, names: Iterable[str], *, fold: bool = True, explain: bool = False
    ) -> list[Score | UnscorableError]:
        """For each name, in order, its score or the reason there is none.

        With `fold`, characters that the alphabet lacks are romanised, or left out where they
        are the apostrophes, hyphens, full stops and spaces between letters. With `explain`, each
        score has its `explanation`: what the model expected at each place.
        """
        return scoring.score(self.walker, self.checkpoint, listed(names), fold, explain)

    def score_parts(self, parts: tuple[str, ...]) -> Score | UnscorableError:
        """The score of a name that is one part."""
        [score] = self.score(parts)
        return score

    def describe(self) -> ModelDescription:
        """What it is, and how good."""
        checkpoint = self.checkpoint
        return {
            "name": self.name,
            "architecture": checkpoint.architecture,
            "parameters": self.parameters,
            "states": self.automaton.states,
            "alphabet": list(checkpoint.alphabet.characters),
            "hyperparameters": dict(checkpoint.hyperparameters),
            "losses": dict(checkpoint.metrics),
            "data": dict(checkpoint.data),
            "digest": checkpoint.digest,
        }

    def log_likelihoods(self, names: Iterable[str]) -> NDArray[np.float64]:
        """The log-likelihood of each name, nats. Raises UnscorableError for one without."""
        return self.walker.log_likelihoods(listed(names))


def read_model(path: Path) -> Model:
    """The model of a checkpoint's file; it is named as the file is.

    Raises CheckpointError, which names the file and its fault; also for one that gives other names
    than when it was made.
    """
    return expand(path, load(path))


def expand(path: Path, checkpoint: Checkpoint) -> Model:
    """The model of a checkpoint that was read from a file. Raises as `read_model` does."""
    architecture = ARCHITECTURES[checkpoint.architecture]
    try:
        automaton = architecture.expand(
            checkpoint.alphabet, checkpoint.hyperparameters, checkpoint.tensors
        )
        check_golden_names(walk(automaton), checkpoint.golden)
    except ValueError as error:
        raise CheckpointError(path, str(error)) from error
    kept = {name: each for name, each in checkpoint.tensors.items() if name not in CONTEXTS}
    return Model(path.stem, replace(checkpoint, tensors=kept), walk(automaton))


def trim() -> None:
    """Give back what loading needed for a while: glibc keeps freed memory unless it is asked."""
    if os.name == "posix":
        malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if malloc_trim:
            malloc_trim(0)
