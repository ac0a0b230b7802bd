"""Models that are expanded when they are first asked for: a service answers before all are."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from namewright.checkpoint import load
from namewright.model import Model, expand


class LazyModels(Mapping[str, Model]):
    """The models of some files, by name; each is expanded once, whichever thread asks for it first.

    The files are read at once: CheckpointError for the first that is no checkpoint. To ask for a
    model raises it where the checkpoint makes none.
    """

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self.checkpoints = {name: (path, load(path)) for name, path in paths.items()}
        self.loaded: dict[str, Model] = {}
        self.lock = threading.Lock()

    def __getitem__(self, name: str) -> Model:
        found = self.loaded.get(name)
        if found is None:
            path, checkpoint = self.checkpoints[name]
            with self.lock:  # held for one that is expanded, while those that are there answer
                found = self.loaded.get(name) or expand(path, checkpoint)
                self.loaded[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.checkpoints)

    def __len__(self) -> int:
        return len(self.checkpoints)
