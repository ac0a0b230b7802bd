"""Checkpoints taken apart and put together again, and small ones of every architecture.

A small one is cut from a shipped checkpoint: its first states and three characters. It has every
part that the large one has, and is read in a fifth of a millisecond, so that its tensors can be
mutated a million times too.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from namewright import Sources
from namewright.checkpoint import DTYPES

SHIPPED = sorted(Sources().paths())
STATES, CHARACTERS, HIDDEN, KNOWN, POINTS = 60, 3, 8, 16, 12
NUMPY_DTYPES = {stored: dtype for dtype, stored in DTYPES.items()}

Tensors = dict[str, NDArray[Any]]


@dataclass
class Parts:
    """What a file is made of.

    metadata    key -> text, some of it JSON
    tensors     those that are stored, by name
    """

    metadata: dict[str, str]
    tensors: Tensors

    @classmethod
    def of(cls, data: bytes) -> "Parts":
        """The parts of a checkpoint that is whole."""
        header, body = split(data)
        metadata = header.pop("__metadata__")
        tensors = {}
        for name, entry in header.items():
            first, last = entry["data_offsets"]
            array = np.frombuffer(body[first:last], NUMPY_DTYPES[entry["dtype"]])
            tensors[name] = array.reshape(entry["shape"]).copy()
        return cls(metadata, tensors)

    def header(self) -> tuple[dict[str, Any], bytes]:
        """The header as a safetensors file has it, and the bytes that it describes."""
        header: dict[str, Any] = {"__metadata__": dict(self.metadata)}
        body = b""
        for name, tensor in self.tensors.items():
            data = tensor.tobytes()
            header[name] = {
                "dtype": DTYPES.get(tensor.dtype.name, "BF16"),
                "shape": list(tensor.shape),
                "data_offsets": [len(body), len(body) + len(data)],
            }
            body += data
        return header, body

    def to_bytes(self) -> bytes:
        """The file; what its tensors and its metadata say may be anything."""
        header, body = self.header()
        return join(json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass"), body)


def split(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The header of a whole file, parsed, and the bytes after it."""
    length = int.from_bytes(data[:8], "little")
    header: dict[str, Any] = json.loads(data[8 : 8 + length])
    return header, data[8 + length :]


def join(header: bytes, body: bytes) -> bytes:
    """A file of a header's text and the bytes after it."""
    return b"".join([len(header).to_bytes(8, "little"), header, body])


def shipped(name: str) -> bytes:
    """A shipped checkpoint."""
    return Sources().paths()[name].read_bytes()


def small(name: str) -> bytes:
    """A small checkpoint of the architecture of a shipped one, with all that it has."""
    parts = Parts.of(shipped(name))
    hyperparameters: dict[str, Any] = json.loads(parts.metadata["hyperparameters"])
    if "states" in hyperparameters:
        hyperparameters["states"] = STATES
    if "hidden" in hyperparameters:
        hyperparameters["hidden"] = HIDDEN
    parts.metadata["hyperparameters"] = json.dumps(hyperparameters)
    parts.metadata.pop("golden", None)
    if "states" not in hyperparameters:  # with fewer states, a to z stay
        characters = json.loads(parts.metadata["alphabet"])[:CHARACTERS]
        parts.metadata["alphabet"] = json.dumps(characters)
    counted = parts.tensors.get("contexts.counted", np.empty(0, dtype=np.uint8))[:STATES]
    entries = int(counted.sum(dtype=np.int64)) + len(counted)
    parts.tensors = {name: cut(name, tensor, entries) for name, tensor in parts.tensors.items()}
    return parts.to_bytes()


def cut(name: str, tensor: NDArray[Any], entries: int) -> NDArray[Any]:
    """As much of a tensor as a small checkpoint has; `entries` of the counts."""
    tokens = CHARACTERS + 1
    kept: dict[str, Any] = {
        "calibration": np.s_[:, :: tensor.shape[-1] // POINTS],
        "known_names": np.s_[:KNOWN],
        "contexts.parent": np.s_[:STATES],
        "contexts.character": np.s_[:STATES],
        "contexts.counted": np.s_[:STATES],
        "predictions": np.s_[:STATES],
        "counts.token": np.s_[:entries],
        "counts.count": np.s_[:entries],
        "counts": np.s_[:tokens, :tokens],
        "log_probs": np.s_[:tokens, :tokens],
        "embedding.weight": np.s_[:tokens],
        "hidden.weight": np.s_[:HIDDEN],
        "hidden.bias": np.s_[:HIDDEN],
        "output.weight": np.s_[:tokens, :HIDDEN],
        "output.bias": np.s_[:tokens],
    }
    found: NDArray[Any] = tensor[kept.get(name, ...)].copy()
    if name == "log_probs":
        found -= np.log(np.exp(found).sum(axis=1, keepdims=True))
    return found


def write(path: Path, data: bytes) -> None:
    """Keep what was found."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
