"""Models that are loaded when they are first asked for: a service answers before all are."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from namewright.checkpoint import check_header
from namewright.model import Model, read_model


class LazyModels(Mapping[str, Model]):
    """The models of some files, by name; each is loaded once, whichever thread asks for it first.

    Raises CheckpointError at once for a file that its header shows to be no checkpoint; to ask for
    a model raises it where the rest of its file makes none.
    """

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self.paths = dict(paths)
        for path in paths.values():
            check_header(path)
        self.loaded: dict[str, Model] = {}
        self.lock = threading.Lock()

    def __getitem__(self, name: str) -> Model:
        found = self.loaded.get(name)
        if found is None:
            path = self.paths[name]
            with self.lock:  # held for one that is loaded, while those that are there answer
                found = self.loaded.get(name) or read_model(path)
                self.loaded[name] = found
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)
