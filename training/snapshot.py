"""A training in progress, saved: what `--resume` goes on from.

A safetensors file beside the checkpoint that is to be; nothing is ever unpickled.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from namewright.checkpoint import write_whole
from training.identity import differences, to_json
from training.models import Network
from training.name_list import DataError


@dataclass
class History:
    """What happened, at each evaluation: nats per prediction, and the learning rate."""

    steps: list[int] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)

    @property
    def best(self) -> int:
        """Which evaluation had the lowest validation loss."""
        return min(range(len(self.steps)), key=self.validation.__getitem__)


@dataclass
class Run:
    """A training: the network, its optimizer, what happened, and the best weights so far."""

    network: Network
    optimizer: torch.optim.Optimizer
    history: History
    best: dict[str, Tensor]
    step: int = 0


def save_run(path: Path, run: Run, identity: Mapping[str, Any]) -> None:
    """Save a training, whole or not at all. `identity` says which it is. Raises DataError."""
    tensors = {f"network.{name}": tensor for name, tensor in run.network.state_dict().items()}
    tensors |= {f"best.{name}": tensor for name, tensor in run.best.items()}
    for number, state in run.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{number}.{name}": tensor for name, tensor in state.items()}
    # A copy of each: torch may hold two in one place, and safetensors may not.
    copies = {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}
    metadata = {
        "step": str(run.step),
        "history": json.dumps(vars(run.history)),
        "identity": to_json(identity),
    }
    try:
        write_whole(path, safetensors.torch.save(copies, metadata))
    except OSError as error:
        raise DataError(f"{path}: cannot be written: {error.strerror or error}") from error


def load_run(path: Path, run: Run, identity: Mapping[str, Any]) -> None:
    """Put a training back where it was. Raises DataError if it is another one's, or damaged."""
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            found = json.loads(metadata["identity"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        run.step, run.history = int(metadata["step"]), History(**json.loads(metadata["history"]))
    except (safetensors.SafetensorError, KeyError, ValueError, TypeError) as error:
        raise DataError(f"{path}: not a training to resume; remove it to start anew") from error
    different = differences(identity, found)
    if different:
        raise DataError(
            f"{path}: is of a training that differs in its {', '.join(different)}; "
            "give the same options, or --force without --resume to start anew"
        )
    state: dict[int, dict[str, Tensor]] = {}
    weights: dict[str, dict[str, Tensor]] = {"network": {}, "best": {}}
    for name, tensor in tensors.items():
        kind, _, rest = name.partition(".")
        if kind == "optimizer":
            number, _, key = rest.partition(".")
            state.setdefault(int(number), {})[key] = tensor
        else:
            weights[kind][rest] = tensor
    run.network.load_state_dict(weights["network"])
    run.best = weights["best"]
    groups = run.optimizer.state_dict()["param_groups"]
    run.optimizer.load_state_dict({"state": state, "param_groups": groups})
