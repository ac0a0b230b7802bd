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
    from training.data import read_dataset as read_dataset
    from training.trainer import train as train

HOME = {
    "read_dataset": "training.data",
    "save": "namewright.checkpoint",
    "train": "training.trainer",
}
"""The module of each public name."""

__all__ = ["read_dataset", "save", "train"]


def __getattr__(name: str) -> Any:
    if name not in HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(HOME[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *HOME]
