"""Namewright's training: names in, checkpoints out. Run `python -m training --help`.

Or, without the command line:

    import training
    checkpoint = training.train("names.txt", "mlp", steps=2000)     # or a list of names
    training.save(checkpoint, "mine.safetensors")

Nothing is imported until it is asked for: torch takes seconds.
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from training.checkpoints import load_any as load_any
    from training.compile import CompileOptions as CompileOptions
    from training.compile import compile_model as compile_model
    from training.data import read_dataset as read_dataset
    from training.output import save as save
    from training.trainer import train as train

# Before torch is imported. Its threads otherwise wait for each other at full speed, and where
# another program needs a core, training takes three times as long; alone, this costs a little.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

HOME = {
    "CompileOptions": "training.compile",
    "compile_model": "training.compile",
    "load_any": "training.checkpoints",
    "read_dataset": "training.data",
    "save": "training.output",
    "train": "training.trainer",
}
"""The module of each public name."""

__all__ = ["CompileOptions", "compile_model", "load_any", "read_dataset", "save", "train"]


def __getattr__(name: str) -> Any:
    if name not in HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(HOME[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *HOME]
