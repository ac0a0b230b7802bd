"""Namewright's training: names in, checkpoints out. Run `python -m training --help`.

Or, without the command line:

    import training
    checkpoint = training.train("names.txt", "mlp", steps=2000)     # or a list of names
    training.save(checkpoint, Path("mine.safetensors"))

Nothing is imported until it is asked for: torch takes seconds.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from namewright.checkpoint import save as save
    from training.checkpoints import load_any as load_any
    from training.compile import CompileOptions as CompileOptions
    from training.compile import compile_model as compile_model
    from training.data import read_dataset as read_dataset
    from training.trainer import train as train

HOME = {
    "CompileOptions": "training.compile",
    "compile_model": "training.compile",
    "load_any": "training.checkpoints",
    "read_dataset": "training.data",
    "save": "namewright.checkpoint",
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
