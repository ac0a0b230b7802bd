import json
import random
import subprocess
import sys
import time
import tracemalloc
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors

from namewright import load_model
from namewright.checkpoint import Checkpoint, from_bytes, load, save, to_bytes
from namewright.errors import CheckpointError
from tests import tiny
from tests.conftest import ROOT

METADATA = {
    "alphabet": '["a", "b"]',
    "architecture": "bigram-net",
    "data": '{"file": "tiny.txt", "names": 2, "sha256": "%s", "split": "hash"}' % ("0" * 64),
    "format": "namewright/1",
    "hyperparameters": "{}",
    "metrics": '{"test": 2.0, "train": 1.0, "validation": 1.5}',
    "training": '{"seed": 0}',
}


def file_of(header: dict[str, Any], body: bytes) -> bytes:
    text = json.dumps(header, sort_keys=True).encode()
    return len(text).to_bytes(8, "little") + text + body


def taken_apart() -> tuple[dict[str, Any], bytes]:
    data = to_bytes(tiny.checkpoint())
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def fault_of(data: bytes, tmp_path: Path) -> str:
    """The fault that loading some bytes as a model gives; the file is named before it."""
    path = tmp_path / "faulty.safetensors"
    path.write_bytes(data)
    with pytest.raises(CheckpointError) as caught:
        load_model(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    return caught.value.fault


def test_the_bytes_of_a_tiny_checkpoint() -> None:
    body = tiny.CALIBRATION.tobytes() + np.log(tiny.PROBABILITIES).tobytes() + b"ab\nba"
    header = (
        '{"__metadata__": ' + json.dumps(METADATA, sort_keys=True) + ", "
        '"calibration": {"data_offsets": [0, 744], "dtype": "F64", "shape": [31, 3]}, '
        '"known_names": {"data_offsets": [816, 821], "dtype": "U8", "shape": [5]}, '
        '"log_probs": {"data_offsets": [744, 816], "dtype": "F64", "shape": [3, 3]}}'
    ).encode()
    header += b" " * (-len(header) % 8)
    data = to_bytes(tiny.checkpoint())
    assert data == len(header).to_bytes(8, "little") + header + body


def test_it_is_a_file_of_the_safetensors_library(tiny_path: Path) -> None:
    with safetensors.safe_open(tiny_path, "np") as file:
        assert file.metadata() == METADATA
        np.testing.assert_array_equal(file.get_tensor("log_probs"), np.log(tiny.PROBABILITIES))


def test_what_is_written_is_read_back(tiny_path: Path) -> None:
    written, found = tiny.checkpoint(), load(tiny_path)
    for field in fields(Checkpoint):
        if field.name in {"tensors", "calibration", "digest"}:
            continue
        assert getattr(found, field.name) == getattr(written, field.name)
    np.testing.assert_array_equal(found.calibration, written.calibration)
    assert list(found.tensors) == ["log_probs"]


def test_the_digest_is_that_of_the_file(tiny_path: Path) -> None:
    import hashlib

    assert load(tiny_path).digest == hashlib.sha256(tiny_path.read_bytes()).hexdigest()


def test_saving_replaces_a_file_whole_or_leaves_it(tiny_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "kept.safetensors"
    path.write_bytes(tiny_path.read_bytes())
    unwritable = replace(tiny.checkpoint(), metrics={"train": float("nan")})
    with pytest.raises(ValueError, match="JSON"):
        save(unwritable, path)
    assert path.read_bytes() == tiny_path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"nowhere\.safetensors: there is no such file"):
        load_model(tmp_path / "nowhere.safetensors")


def test_a_directory_is_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="no such file"):
        load_model(tmp_path)


def test_truncated_anywhere(tmp_path: Path) -> None:
    data = to_bytes(tiny.checkpoint())
    for length in [*range(0, len(data), 37), 4, 7, 8, 9, len(data) - 1]:
        assert "cut short" in fault_of(data[:length], tmp_path), length


def test_a_truncated_shipped_checkpoint(tmp_path: Path) -> None:
    data = Path("models/mlp.safetensors").read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        assert "cut short" in fault_of(data[: int(share * len(data))], tmp_path)


def test_random_bytes(tmp_path: Path) -> None:
    rng = random.Random(1)
    for _ in range(50):
        assert fault_of(rng.randbytes(rng.randrange(10_000)), tmp_path)


def test_a_header_that_claims_a_gigabyte_takes_no_memory(tmp_path: Path) -> None:
    tracemalloc.start()
    fault = fault_of((2**30).to_bytes(8, "little") + b"{}" * 500, tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "1,048,576 bytes" in fault
    assert peak < 2**20


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.safetensors"
    with path.open("wb") as file:
        file.truncate(2**34)
    with pytest.raises(CheckpointError, match="larger than"):
        load_model(path)


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("format", "namewright/2", "format is not namewright/1"),
        ("format", None, "format is not namewright/1"),
        ("architecture", "hmm", "architecture is not one that serves"),
        ("architecture", None, "metadata architecture is missing"),
        ("alphabet", "ab", "alphabet is not JSON"),
        ("alphabet", '{"a": 1}', "alphabet is JSON of the wrong kind"),
        ("alphabet", '["a", 1]', "alphabet should be a JSON list of characters"),
        ("alphabet", '["a", "a"]', "all different"),
        ("alphabet", '["a"]', "log_probs"),
        ("hyperparameters", "[]", "hyperparameters is JSON of the wrong kind"),
        ("metrics", '{"train": 1}', "validation loss"),
        ("metrics", '{"train": NaN}', "metrics is not JSON"),
        ("metrics", '{"train": 1e999, "validation": 1, "test": 1}', "finite train loss"),
        ("training", "[" * 100_000, "training is not JSON"),
    ],
)
def test_faulty_metadata(tmp_path: Path, key: str, value: str | None, fault: str) -> None:
    header, body = taken_apart()
    header["__metadata__"][key] = value
    if value is None:
        del header["__metadata__"][key]
    assert fault in fault_of(file_of(header, body), tmp_path)


def test_no_metadata(tmp_path: Path) -> None:
    header, body = taken_apart()
    del header["__metadata__"]
    assert "without metadata" in fault_of(file_of(header, body), tmp_path)


@pytest.mark.parametrize(
    ("name", "entry", "fault"),
    [
        ("log_probs", None, "tensor log_probs is missing"),
        ("calibration", None, "tensor calibration is missing"),
        ("log_probs", {"shape": [9]}, r"tensor log_probs is [9]; it should be [3, 3]"),
        ("log_probs", {"dtype": "I64"}, "tensor log_probs is I64; it should be F64"),
        ("log_probs", {"data_offsets": [0, 2**40]}, "cut short or damaged"),
        ("calibration", {"shape": [93, 1]}, "it should be [31, 'any']"),
    ],
)
def test_faulty_tensors(
    tmp_path: Path, name: str, entry: dict[str, Any] | None, fault: str
) -> None:
    header, body = taken_apart()
    if entry is None:
        # The tensor's bytes stay, under a name that is not expected, so that the file is whole.
        header["other"] = header.pop(name)
        found = fault_of(file_of(header, body), tmp_path)
        assert "tensor other does not belong" in found
        checkpoint = tiny.checkpoint()
        data = to_bytes(replace(checkpoint, tensors={}))
        if name in checkpoint.tensors:
            assert fault in fault_of(data, tmp_path)
    else:
        header[name] |= entry
        assert fault in fault_of(file_of(header, body), tmp_path)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_numbers(tmp_path: Path, value: float) -> None:
    log_probs = np.log(tiny.PROBABILITIES)
    log_probs[1, 1] = value
    data = to_bytes(replace(tiny.checkpoint(), tensors={"log_probs": log_probs}))
    assert "tensor log_probs has values that are not finite" in fault_of(data, tmp_path)


def test_rows_that_are_no_distributions(tmp_path: Path) -> None:
    data = to_bytes(replace(tiny.checkpoint(), tensors={"log_probs": np.zeros((3, 3))}))
    assert "sum to 1" in fault_of(data, tmp_path)


def test_falling_quantiles(tmp_path: Path) -> None:
    data = to_bytes(replace(tiny.checkpoint(), calibration=tiny.CALIBRATION[:, ::-1]))
    assert "rising quantiles" in fault_of(data, tmp_path)


def test_known_names_that_are_not_utf8() -> None:
    header, body = taken_apart()
    with pytest.raises(ValueError, match="not UTF-8"):
        from_bytes(file_of(header, body[:-5] + b"\xff" * 5))


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from namewright.checkpoint import to_bytes, write_whole
from tests import tiny

names = frozenset(f"name{i}" for i in range(500_000))
data = [
    to_bytes(replace(tiny.checkpoint(), known_names=names, training={"seed": seed}))
    for seed in (1, 2)
]
while True:
    for each in data:
        write_whole(Path(sys.argv[1]), each)
"""


def test_a_kill_in_the_middle_of_a_write_leaves_a_whole_file(tmp_path: Path) -> None:
    """A process that does nothing but write the file anew, killed at whatever moment."""
    path = tmp_path / "x.safetensors"
    save(tiny.checkpoint(), path)
    interrupted = 0
    for attempt in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, path], cwd=ROOT)
        before = path.read_bytes()
        while path.read_bytes() == before:
            time.sleep(0.01)
        time.sleep(0.013 * attempt)
        writer.kill()
        writer.wait()
        assert load(path).training["seed"] in (1, 2)
        left = [other for other in tmp_path.iterdir() if other != path]
        interrupted += bool(left)
        for other in left:
            other.unlink()
    assert interrupted, "no kill came in the middle of a write"
