"""Where a checkpoint is written: found out before a training, not after it, if it cannot be."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from namewright import checkpoint as format_2
from namewright.checkpoint import Checkpoint
from namewright.errors import CheckpointError
from namewright.joined import JOINS
from training.checkpoints import load_any
from training.identity import differences
from training.name_list import DataError
from training.recipe import Recipe


def check_output(output: Path) -> None:
    """Raise DataError if a checkpoint could not be written there."""
    if not output.parent.is_dir():
        raise DataError(f"{output.parent}: there is no such folder to write {output.name} in")
    if output.suffix != ".safetensors" or (output.exists() and not output.is_file()):
        raise DataError(f"{output}: should be a file NAME.safetensors; NAME is the model's")
    if JOINS in output.stem:
        raise DataError(f"{output}: NAME should have no {JOINS}, which joins models")
    if not os.access(output.parent, os.W_OK):
        raise DataError(f"{output.parent}: cannot be written to")


def check_not_among(output: Path, inputs: Iterable[Path], what: str) -> None:
    """Raise DataError if one of the inputs would be written over; `what` says what they are."""
    for path in inputs:
        if output.exists() and path.exists() and output.samefile(path):
            raise DataError(f"{output}: is {what}; give --output another name")


def check_new(output: Path, force: bool) -> None:
    """Raise DataError if a checkpoint is there, or an interrupted training, unless by force."""
    if force:
        return
    if resume_path(output).exists():
        raise DataError(
            f"{output}: its training was interrupted; give --resume to go on, or --force to "
            "start anew"
        )
    if output.exists():
        raise DataError(
            f"{output}: is there already; give --force to train anew and write over it, or "
            "another --output"
        )


def resume_path(output: Path) -> Path:
    """Beside a checkpoint, until its training is finished: what `--resume` goes on from."""
    return output.with_suffix(".resume")


def is_finished(output: Path, identity: Mapping[str, Any]) -> bool:
    """Whether the checkpoint there is what a training would arrive at.

    Raises DataError for a checkpoint of another training, or what is none.
    """
    if not output.exists():
        return False
    try:
        found = load_any(output)
    except CheckpointError as error:
        raise DataError(f"{error}; give --force to write over it") from error
    names = (*(each.name for each in fields(Recipe)), "autograd")
    its_own = {
        "architecture": found.architecture,
        **found.data,
        **found.hyperparameters,
        **{name: found.training[name] for name in names if name in found.training},
    }
    different = differences(identity, its_own)
    if different:
        raise DataError(
            f"{output}: is of a training that differs in its {', '.join(different)}; give --force "
            "to train anew and write over it, or another --output"
        )
    steps: list[int] = found.training["history"]["steps"]
    return steps[-1] >= int(found.training["steps"])


def save(checkpoint: Checkpoint, output: str | os.PathLike[str]) -> None:
    """Write a checkpoint, whole or not at all, over what is there. Raises OSError."""
    format_2.save(checkpoint, Path(output))


def write(checkpoint: Checkpoint, output: Path) -> Checkpoint:
    """Write a checkpoint, and read it again, for its digest. Raises DataError."""
    try:
        save(checkpoint, output)
    except OSError as error:
        raise DataError(f"{output}: cannot be written: {error.strerror or error}") from error
    return load_any(output)
