"""Checkpoint format 2: the only reader and the only writer.

- A checkpoint is a safetensors file: an 8-byte little-endian length, a JSON header of that
  length, then the tensors. Nothing is ever unpickled.
- `__metadata__` has the seven keys of `METADATA`; all but the first two hold JSON. `golden`, an
  object, may be there too: the names that the model gave when it was made (see `golden.py`).
- `format` is `namewright/2`. Format 1, which had the training names in plain text, is refused.
- `architecture` names an entry of `architectures.ARCHITECTURES`, which says what tensors
  there are, of what type and shape.
- `alphabet` is a list of characters, each one as it is in normalised names.
- `metrics` has finite losses for `train`, `validation` and `test`; so has its `teacher`, if any.
- `data` has `sha256`, that of the list's file, in 64 hexadecimal digits.
- JSON is at most 8 levels deep, its numbers finite and below 2^64, its text without surrogates.
- Two more tensors are always there: `calibration`, float64 [31, points], whose row L - 1
  holds rising quantiles of the mean log-likelihood of held-out names of about L characters;
  and `known_names`, uint64, the sorted hashes of the training names (see `known_names.py`).
- `calibration.abjad` may be there: as `calibration`, of names from scripts without vowels.
- No other tensor; every float finite.
- The digest of a checkpoint is the SHA-256 of its file.
- The writer sorts everything, so equal contents give equal bytes.

The header is written here because the safetensors library writes metadata in an order that
differs from process to process; tensors are read by the library.
"""

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn, TypeVar

import numpy as np
import safetensors
from numpy.typing import NDArray

from namewright.alphabet import MAX_LENGTH, Alphabet
from namewright.architectures import ARCHITECTURES, Architecture, Layout
from namewright.errors import CheckpointError
from namewright.known_names import KnownNames, key_of, read_known_names
from namewright.plausibility import FEWEST_POINTS

FORMAT = "namewright/2"
PLAIN_TEXT_FORMAT = "namewright/1"
METADATA = (
    "format",
    "architecture",
    "alphabet",
    "hyperparameters",
    "data",
    "metrics",
    "training",
)
MAX_FILE = 256 * 2**20
MAX_HEADER = 2**20
MAX_DEPTH = 8
"""Levels of lists and objects within each other in a piece of metadata."""
MAX_NUMBER = 2**64
MAX_SHOWN = 100
"""The most characters of a file that a message repeats."""
SPLITS = ("train", "validation", "test")
KINDS: dict[Any, str] = {dict: "an object", list: "a list"}
T = TypeVar("T")
ABJAD = "calibration.abjad"
DTYPES = {
    "float64": "F64",
    "float32": "F32",
    "uint64": "U64",
    "int64": "I64",
    "int32": "I32",
    "uint8": "U8",
}


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """What a file holds.

    architecture       a key of `ARCHITECTURES`
    hyperparameters    context length, sizes
    data               file name, SHA-256, number of names, split
    metrics            train, validation and test loss, nats per prediction; of a compiled model
                       its teacher's too, under `teacher`
    training           seed, steps, versions
    tensors            those of the architecture
    calibration        float64 [31, points]
    abjad_calibration  the same, for names folded from a script that leaves vowels out, or None
    known_names        whether a name was trained on: `name in known_names`
    golden             names that the model gave when it was made; may be empty
    digest             SHA-256 of the file, hexadecimal; empty if it was never in one
    """

    architecture: str
    alphabet: Alphabet
    hyperparameters: Mapping[str, Any]
    data: Mapping[str, Any]
    metrics: Mapping[str, Any]
    training: Mapping[str, Any]
    tensors: Mapping[str, NDArray[Any]]
    calibration: NDArray[np.float64]
    known_names: KnownNames
    golden: Mapping[str, Any] = field(default_factory=dict)
    abjad_calibration: NDArray[np.float64] | None = None
    digest: str = ""

    @cached_property
    def quantiles(self) -> list[list[float]]:
        """`calibration` as lists, which are quicker to look a single name up in."""
        rows: list[list[float]] = self.calibration.tolist()
        return rows

    @cached_property
    def abjad_quantiles(self) -> list[list[float]]:
        """The same of `abjad_calibration`; where there is none, `quantiles`."""
        if self.abjad_calibration is None:
            return self.quantiles
        rows: list[list[float]] = self.abjad_calibration.tolist()
        return rows


def save(checkpoint: Checkpoint, path: Path) -> None:
    """Write a checkpoint, whole or not at all.

    Raises OSError, with the file's name, and ValueError for metadata that could not be read back.
    """
    write_whole(path, to_bytes(checkpoint))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: until it is whole, what was there stays.

    It is written to `NAME.partial` beside it, and renamed. If the process is killed, that file
    stays, and the next write of the same file replaces it.

    Raises OSError, always with the file's name.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        try:
            with partial.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                if not os.path.samestat(os.fstat(file.fileno()), partial.stat()):
                    raise FileExistsError(errno.EEXIST, "another process is writing it too")
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def to_bytes(checkpoint: Checkpoint) -> bytes:
    """The file of a checkpoint. Raises ValueError for metadata that could not be read back."""
    tensors = dict(checkpoint.tensors)
    tensors["calibration"] = checkpoint.calibration
    if checkpoint.abjad_calibration is not None:
        tensors[ABJAD] = checkpoint.abjad_calibration
    tensors["known_names"] = checkpoint.known_names.hashes
    metadata = {
        "format": FORMAT,
        "architecture": checkpoint.architecture,
        "alphabet": to_json(checkpoint.alphabet.characters),
        "hyperparameters": to_json(checkpoint.hyperparameters),
        "data": to_json(checkpoint.data),
        "metrics": to_json(checkpoint.metrics),
        "training": to_json(checkpoint.training),
    }
    if checkpoint.golden:
        metadata["golden"] = to_json(checkpoint.golden)
    parse_metadata(metadata)
    header: dict[str, Any] = {"__metadata__": metadata}
    body = b""
    # The widest types first, so that every tensor lies aligned.
    for name in sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name)):
        tensor = np.ascontiguousarray(tensors[name])
        header[name] = {
            "dtype": DTYPES[tensor.dtype.name],
            "shape": list(tensor.shape),
            "data_offsets": [len(body), len(body) + tensor.nbytes],
        }
        body += tensor.tobytes()
    text = to_json(header).encode()
    text += b" " * (-len(text) % 8)
    if len(text) > MAX_HEADER:
        raise ValueError(f"its metadata is larger than {MAX_HEADER:,} bytes")
    return len(text).to_bytes(8, "little") + text + body


def load(path: Path, readable: Mapping[str, Architecture] = ARCHITECTURES) -> Checkpoint:
    """Read a file, checking its size before anything in it, then that it is of a readable kind.

    Raises CheckpointError, which names the file and its fault.
    """
    with opened(path) as file:
        return from_bytes(file.read(), readable)


def check_header(path: Path) -> None:
    """Raise CheckpointError for a file whose header is not that of a checkpoint as long as it is.

    It takes a fraction of a millisecond, and leaves the tensors for `load` to judge.
    """
    with opened(path) as file:
        architecture_of(read_metadata(file.read(8 + MAX_HEADER)), ARCHITECTURES)
        try:
            with safetensors.safe_open(path, framework="numpy"):
                pass
        except safetensors.SafetensorError as error:
            raise damaged(error) from error


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file that may be a checkpoint; what is wrong with it becomes a CheckpointError."""
    try:
        if not path.is_file():
            raise ValueError("there is no such file")
        if path.stat().st_size > MAX_FILE:
            raise ValueError(f"larger than the {MAX_FILE:,} bytes that a checkpoint may have")
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise CheckpointError(path, f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CheckpointError(path, str(error)) from error


def damaged(error: safetensors.SafetensorError) -> ValueError:
    """What the safetensors library found, without all of what it repeats from the header."""
    return ValueError(f"cut short or damaged: {shorten(str(error))}")


def from_bytes(data: bytes, readable: Mapping[str, Architecture] = ARCHITECTURES) -> Checkpoint:
    """The checkpoint that a file's bytes hold. Raises ValueError with the fault."""
    metadata = read_metadata(data)
    architecture = architecture_of(metadata, readable)
    parsed = parse_metadata(metadata)
    layout = architecture.layout(parsed.alphabet.vocab_size, parsed.hyperparameters)
    tensors = read_tensors(data, layout)
    calibration = check_calibration("calibration", tensors.pop("calibration"))
    abjad = check_calibration(ABJAD, tensors.pop(ABJAD)) if ABJAD in tensors else None
    hashes = tensors.pop("known_names").tobytes()
    return Checkpoint(
        architecture=metadata["architecture"],
        alphabet=parsed.alphabet,
        hyperparameters=parsed.hyperparameters,
        data=parsed.data,
        metrics=parsed.metrics,
        training=parsed.training,
        golden=parsed.golden,
        calibration=calibration,
        abjad_calibration=abjad,
        known_names=read_known_names(hashes, parsed.data["sha256"]),
        tensors=tensors,
        digest=hashlib.sha256(data).hexdigest(),
    )


def architecture_of(
    metadata: Mapping[str, str], readable: Mapping[str, Architecture]
) -> Architecture:
    """What kind of checkpoint it is. Raises ValueError for one that is not readable."""
    architecture = readable.get(metadata["architecture"])
    if architecture is None:
        raise ValueError(
            f"its architecture is not one that serves, which are {', '.join(readable)}; "
            "a network is compiled first: python -m training compile"
        )
    return architecture


def read_metadata(data: bytes) -> dict[str, str]:
    """The `__metadata__` of a file's header, its keys and format checked."""
    if len(data) < 8:
        raise ValueError(f"cut short: {len(data)} bytes, and the header's length alone takes 8")
    length = int.from_bytes(data[:8], "little")
    if length > MAX_HEADER:
        raise ValueError(
            "not a safetensors file, or a damaged one: its header would be longer than the "
            f"{MAX_HEADER:,} bytes that it may have"
        )
    if length > len(data) - 8:
        raise ValueError(f"cut short in its header: {len(data) - 8:,} of {length:,} bytes")
    header = from_json(data[8 : 8 + length], "header", dict)
    metadata = header.get("__metadata__")
    if not isinstance(metadata, dict):
        raise ValueError("a safetensors file without metadata, so not a checkpoint")
    if metadata.get("format") == PLAIN_TEXT_FORMAT:
        raise ValueError(
            f"its format is {PLAIN_TEXT_FORMAT}, that of an earlier version; this version reads "
            f"{FORMAT}. Train the model again: python -m training train"
        )
    if metadata.get("format") != FORMAT:
        raise ValueError(f"its format is not {FORMAT}, the one this version reads")
    for key in METADATA:
        if not isinstance(metadata.get(key), str):
            raise ValueError(f"metadata {key} is missing")
    if not isinstance(metadata.get("golden", ""), str):
        raise ValueError("metadata golden should be text")
    return metadata


class Metadata(NamedTuple):
    """The metadata that is JSON, parsed and checked; as in `Checkpoint`."""

    alphabet: Alphabet
    hyperparameters: dict[str, Any]
    data: dict[str, Any]
    metrics: dict[str, Any]
    training: dict[str, Any]
    golden: dict[str, Any]


def parse_metadata(metadata: Mapping[str, str]) -> Metadata:
    """What the metadata says. Raises ValueError with the fault."""
    characters = from_json(metadata["alphabet"], "alphabet", list)
    if not all(isinstance(character, str) for character in characters):
        raise ValueError("metadata alphabet should be a JSON list of characters")
    parsed = Metadata(
        Alphabet(tuple(characters)),
        **{key: from_json(metadata.get(key, "{}"), key, dict) for key in Metadata._fields[1:]},
    )
    for key, value in parsed._asdict().items():
        if key != "alphabet":
            check_json(value, key)
    key_of(parsed.data.get("sha256"))
    check_losses(parsed.metrics, "metrics")
    if "teacher" in parsed.metrics:
        check_losses(parsed.metrics["teacher"], "metrics.teacher")
    return parsed


def check_json(value: object, what: str, depth: int = MAX_DEPTH) -> None:
    """Raise ValueError for JSON that not every reader of JSON can take in."""
    if isinstance(value, dict | list):
        if not depth:
            raise ValueError(f"metadata {what} is more than {MAX_DEPTH} levels deep")
        for part in (*value, *value.values()) if isinstance(value, dict) else value:
            check_json(part, what, depth - 1)
    elif isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError(f"metadata {what} has half of a surrogate pair, which is no text")
    elif isinstance(value, int | float) and not abs(value) < MAX_NUMBER:
        raise ValueError(f"metadata {what} has a number that is not finite, or too large")


def check_losses(metrics: object, what: str) -> None:
    """Raise ValueError unless there is a loss for each part of the data."""
    for split in SPLITS:
        loss = metrics.get(split) if isinstance(metrics, dict) else None
        if type(loss) not in (int, float):
            raise ValueError(f"metadata {what} should have a {split} loss, a finite number")


def read_tensors(data: bytes, layout: Layout) -> dict[str, NDArray[Any]]:
    """The tensors of a file, held to a layout; `None` in a shape stands for any length."""
    expected: dict[str, tuple[str, tuple[int | None, ...]]] = {
        **layout,
        "calibration": ("float64", (MAX_LENGTH, None)),
        ABJAD: ("float64", (MAX_LENGTH, None)),
        "known_names": ("uint64", (None,)),
    }
    try:
        stored = dict(safetensors.deserialize(data))  # type: ignore[no-untyped-call]
    except safetensors.SafetensorError as error:
        raise damaged(error) from error
    for name in stored:
        if name not in expected:
            raise ValueError(f"tensor {shorten(name)!r} does not belong in this architecture")
    tensors = {}
    for name, (dtype, shape) in expected.items():
        if name not in stored:
            if name == ABJAD:
                continue
            raise ValueError(f"tensor {name} is missing")
        found = stored[name]
        if found["dtype"] != DTYPES[dtype]:
            raise ValueError(f"tensor {name} is {found['dtype']}; it should be {DTYPES[dtype]}")
        if len(found["shape"]) != len(shape) or any(
            there != wanted
            for there, wanted in zip(found["shape"], shape, strict=True)
            if wanted is not None
        ):
            wanted_shape = ["any" if length is None else length for length in shape]
            there = shorten(str(found["shape"]))
            raise ValueError(f"tensor {name} is {there}; it should be {wanted_shape}")
        tensor = np.frombuffer(found["data"], dtype=dtype).reshape(found["shape"])
        if tensor.dtype.kind == "f" and not np.isfinite(tensor).all():
            raise ValueError(f"tensor {name} has values that are not finite numbers")
        tensors[name] = tensor
    return tensors


def shorten(text: str) -> str:
    """What a message shows of a text from a file: one printable line, and not much of it."""
    shown = "".join(character if character.isprintable() else "?" for character in text[:MAX_SHOWN])
    return shown + "..." if len(text) > MAX_SHOWN else shown


def check_calibration(name: str, calibration: NDArray[np.float64]) -> NDArray[np.float64]:
    """A table of quantiles, if there are enough points and they rise."""
    enough = calibration.shape[1] >= FEWEST_POINTS
    if not enough or (calibration[:, 1:] < calibration[:, :-1]).any():
        raise ValueError(
            f"tensor {name} should have {FEWEST_POINTS} or more rising quantiles in each row"
        )
    return calibration


def to_json(value: object) -> str:
    """JSON with sorted keys and no NaN."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def from_json(text: str | bytes, what: str, kind: type[T]) -> T:
    """JSON of the given kind, without NaN or infinity."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"{constant} is not a number")

    try:
        value = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"its {what} is not JSON") from error
    if not isinstance(value, kind):
        raise ValueError(f"its {what} is JSON of the wrong kind; it should be {KINDS[kind]}")
    return value
