"""A trained model to a checkpoint: measured, calibrated, and told where it comes from."""

import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from app.engine.alphabet import Alphabet
from app.engine.architectures import ARCHITECTURES
from app.engine.checkpoint import Checkpoint
from training.calibration import calibrate
from training.data import Split, SplitName, read_names, split
from training.evaluate import losses


class Dataset(NamedTuple):
    """A list of names, divided, and what a checkpoint says of it."""

    parts: Split
    alphabet: Alphabet
    description: dict[str, Any]


def read_dataset(path: Path, how: SplitName) -> Dataset:
    """Read and divide a list of names. Raises DataError."""
    names = read_names(path)
    description = {
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "names": len(names),
        "split": how,
    }
    return Dataset(split(names, how), Alphabet.of(names), description)


def export(
    dataset: Dataset,
    architecture: str,
    hyperparameters: Mapping[str, Any],
    tensors: Mapping[str, NDArray[Any]],
    training: Mapping[str, Any],
) -> Checkpoint:
    """The checkpoint of a model: its losses and calibration are those of its automaton."""
    parts = dataset.parts
    expand = ARCHITECTURES[architecture].expand
    automaton = expand(dataset.alphabet, hyperparameters, tensors)
    return Checkpoint(
        architecture=architecture,
        alphabet=dataset.alphabet,
        hyperparameters=hyperparameters,
        data=dataset.description,
        metrics=losses(automaton, parts),
        training={**training, "versions": versions()},
        tensors=tensors,
        calibration=calibrate(automaton, sorted({*parts.validation, *parts.test})),
        known_names=frozenset(parts.train),
    )


def versions() -> dict[str, str]:
    """What a checkpoint was made with."""
    return {
        "namewright": version("namewright"),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
    }
