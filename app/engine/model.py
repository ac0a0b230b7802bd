"""A loaded checkpoint, ready to sample and to score; and a folder of them.

>>> model = load_model("models/mlp.safetensors")
>>> model.sample(3, seed=42, temperature=0.8)
>>> [score.plausibility for score in model.score(["emma", "xqzt"])]
"""

import ctypes
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine import sampling, scoring
from app.engine.alphabet import MAX_LENGTH
from app.engine.architectures import ARCHITECTURES
from app.engine.automaton import Automaton
from app.engine.checkpoint import Checkpoint, load
from app.engine.errors import CheckpointError, ModelNotFoundError, UnscorableError
from app.engine.kernel import Walker
from app.engine.sampling import Sampling
from app.engine.scoring import Score


@dataclass(frozen=True, eq=False)
class Model:
    """A checkpoint, and what walks the automaton that it stands for."""

    name: str
    checkpoint: Checkpoint
    walker: Walker

    @property
    def automaton(self) -> Automaton:
        """What is served."""
        return self.walker.automaton

    @property
    def parameters(self) -> int:
        """How many numbers it has learned."""
        beside = ARCHITECTURES[self.checkpoint.architecture].beside
        tensors = self.checkpoint.tensors.items()
        return sum(tensor.size for name, tensor in tensors if name not in beside)

    def sample(
        self,
        n: int,
        *,
        seed: int | None = None,
        offset: int = 0,
        temperature: float = 1.0,
        top_k: int = 0,
        top_p: float = 1.0,
        min_length: int = 1,
        max_length: int = MAX_LENGTH,
        starts_with: str = "",
    ) -> list[str]:
        """Names `offset` to `offset + n - 1` of a seed; of a new one each time if it is None.

        Raises ParameterError for a value outside its range (see `Sampling`), and
        ExhaustedError when hardly any name passes the filters.
        """
        seed = sampling.new_seed() if seed is None else seed
        parameters = Sampling(temperature, top_k, top_p, min_length, max_length, starts_with)
        return sampling.sample(self.walker, n, seed, offset, parameters)

    def score(self, names: Iterable[str]) -> list[Score | UnscorableError]:
        """For each name, in order, its score or the reason there is none."""
        if isinstance(names, str):
            raise TypeError("score takes a list of names; for one name, [name]")
        return scoring.score(self.walker, self.checkpoint, names)

    def log_likelihoods(self, names: Iterable[str]) -> NDArray[np.float64]:
        """The log-likelihood of each name, nats. Raises UnscorableError for one without."""
        return self.walker.log_likelihoods(names)


def load_model(path: str | PathLike[str]) -> Model:
    """Read a checkpoint; its model is named as the file is.

    Raises CheckpointError, which names the file and its fault.
    """
    path = Path(path)
    checkpoint = load(path)
    architecture = ARCHITECTURES[checkpoint.architecture]
    try:
        automaton = architecture.expand(
            checkpoint.alphabet, checkpoint.hyperparameters, checkpoint.tensors
        )
    except ValueError as error:
        raise CheckpointError(path, str(error)) from error
    return Model(path.stem, checkpoint, Walker(automaton))


@dataclass(frozen=True, eq=False)
class Registry:
    """The models that there are, by name, and which of them answers where none is named."""

    models: Mapping[str, Model]
    default: str

    def find(self, name: str | None = None) -> Model:
        """The model of that name, or the default. Raises ModelNotFoundError."""
        model = self.models.get(self.default if name is None else name)
        if model is None:
            raise ModelNotFoundError(self.models)
        return model


def find_checkpoints(directory: str | PathLike[str]) -> dict[str, Path]:
    """Every `*.safetensors` of a directory by the name of its model, A to Z.

    Raises CheckpointError if there is no such directory.
    """
    if not Path(directory).is_dir():
        raise CheckpointError(Path(directory), "there is no such folder")
    paths = {path.stem: path for path in Path(directory).glob("*.safetensors")}
    return dict(sorted(paths.items()))


def load_models(directory: str | PathLike[str]) -> dict[str, Model]:
    """All the models of a directory, A to Z.

    Raises CheckpointError for the first that does not load.
    """
    return {name: load_model(path) for name, path in find_checkpoints(directory).items()}


def load_registry(directory: str | PathLike[str], default: str) -> Registry:
    """All the models of a directory, and which of them is the default.

    Raises CheckpointError for the first that does not load, and for a default that is not there.
    """
    models = load_models(directory)
    trim()
    check_default(directory, default, models)
    return Registry(models, default)


def check_default(directory: str | PathLike[str], default: str, names: Iterable[str]) -> None:
    """Raise CheckpointError if the default is not among the models of a directory."""
    there = list(names)
    if default not in there:
        fault = (
            "the default model's checkpoint is not there; choose another; there are: "
            f"{', '.join(there) or 'none'}"
        )
        raise CheckpointError(Path(directory) / f"{default}.safetensors", fault)


def trim() -> None:
    """Give back what loading needed for a while: glibc keeps freed memory unless it is asked."""
    if os.name == "posix":
        malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if malloc_trim:
            malloc_trim(0)
