"""A trained model to a checkpoint: measured, calibrated, and told where it comes from."""

import platform
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from namewright.alphabet import Alphabet
from namewright.checkpoint import Checkpoint
from namewright.known_names import KnownNames
from training.calibration import calibrate
from training.data import DataError, Split, SplitName, digest, read_names, split
from training.evaluate import losses
from training.teacher import teacher_of

FEWEST = 100


class Dataset(NamedTuple):
    """A list of names, divided, and what a checkpoint says of it."""

    parts: Split
    alphabet: Alphabet
    description: dict[str, Any]


def read_dataset(path: Path, how: SplitName) -> Dataset:
    """Read and divide a list of names. Raises DataError if there is too little to learn from."""
    names = read_names(path)
    if len(set(names)) < FEWEST:
        raise DataError(
            f"{path}: has {len(set(names))} different names; at least {FEWEST} are needed to "
            "learn from"
        )
    try:
        alphabet = Alphabet.of(names)
    except ValueError as error:
        raise DataError(f"{path}: {error}") from error
    description = {
        "file": path.name,
        "sha256": digest(path),
        "names": len(names),
        "split": how,
    }
    return Dataset(split(names, how), alphabet, description)


def export(
    dataset: Dataset,
    architecture: str,
    hyperparameters: Mapping[str, Any],
    tensors: Mapping[str, NDArray[Any]],
    training: Mapping[str, Any],
    metrics: Mapping[str, Any] | None = None,
) -> Checkpoint:
    """The checkpoint of a model: its losses and calibration are those of what is served.

    `metrics` are others, to go beside the losses.
    """
    parts = dataset.parts
    bare = Checkpoint(
        architecture=architecture,
        alphabet=dataset.alphabet,
        hyperparameters=hyperparameters,
        data=dataset.description,
        metrics={},
        training={**training, "versions": versions()},
        tensors=tensors,
        calibration=np.empty(0),
        known_names=KnownNames.of(parts.train, dataset.description["sha256"]),
    )
    teacher = teacher_of(bare)
    held_out = sorted({*parts.validation, *parts.test})
    return replace(
        bare,
        metrics={**losses(teacher, parts), **(metrics or {})},
        calibration=calibrate(teacher, held_out),
    )


def versions() -> dict[str, str]:
    """What a checkpoint was made with."""
    return {
        "namewright": version("namewright"),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
    }
