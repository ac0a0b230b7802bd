"""A trained model to a checkpoint: measured, calibrated, and with its provenance."""

import platform
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from namewright.checkpoint import Checkpoint
from namewright.golden import golden_names
from namewright.kernel import walk
from namewright.known_names import KnownNames
from training.calibration import calibrate
from training.checkpoints import automaton_of, teacher_of
from training.data import Dataset
from training.evaluate import losses


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
    automaton = automaton_of(bare)
    calibration = calibrate(teacher, parts.held_out, dataset.locales)
    return replace(
        bare,
        metrics={**losses(teacher, parts), **(metrics or {})},
        calibration=calibration.names,
        abjad_calibration=calibration.abjad,
        golden=golden_names(walk(automaton)) if automaton else {},
    )


def versions() -> dict[str, str]:
    """What a checkpoint was made with."""
    import torch  # noqa: PLC0415 - it takes seconds

    return {
        "namewright": version("namewright"),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
    }
