import errno
import hashlib
import json
import os
import random
import resource
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
from namewright.checkpoint import Checkpoint, from_bytes, load, save, to_bytes, write_whole
from namewright.errors import CheckpointError
from namewright.known_names import KnownNames
from tests import tiny

ROOT = Path(__file__).parents[2]

METADATA = {
    "alphabet": '["a", "b"]',
    "architecture": "bigram-net",
    "data": '{"file": "tiny.txt", "names": 2, "sha256": "%s", "split": "hash"}' % ("0" * 64),
    "format": "namewright/2",
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
    known = bytes.fromhex("929ac175952def8f 995b5fad4530f993")
    body = tiny.CALIBRATION.tobytes() + known + np.log(tiny.PROBABILITIES).tobytes()
    header = (
        '{"__metadata__": ' + json.dumps(METADATA, sort_keys=True) + ", "
        '"calibration": {"data_offsets": [0, 5208], "dtype": "F64", "shape": [31, 21]}, '
        '"known_names": {"data_offsets": [5208, 5224], "dtype": "U64", "shape": [2]}, '
        '"log_probs": {"data_offsets": [5224, 5296], "dtype": "F64", "shape": [3, 3]}}'
    ).encode()
    header += b" " * (-len(header) % 8)
    data = to_bytes(tiny.checkpoint())
    assert data == len(header).to_bytes(8, "little") + header + body


def test_known_names_are_the_sorted_keyed_hashes_of_the_names() -> None:
    """By the book: RFC 7693's keyed BLAKE2b, and the bytes in the file are the digests."""
    names, sha256 = ["ab", "ba", "zoë", "王"], "5f" * 32
    digests = [
        hashlib.blake2b(name.encode(), digest_size=8, key=bytes.fromhex(sha256)).digest()
        for name in names
    ]
    digests.sort(key=lambda digest: digest[::-1])  # little-endian: the last byte counts most
    known = KnownNames.of(reversed(names), sha256)
    assert known.hashes.tobytes() == b"".join(digests)
    assert len(known) == 4
    assert all(name in known for name in names)
    assert not any(name in known for name in ["", "a", "abba", "zoe", "\ud800"])


def test_known_names_of_another_list_have_other_hashes() -> None:
    one, other = (KnownNames.of(["ab"], digit * 64) for digit in "01")
    assert one != other
    assert one.hashes != other.hashes
    assert one == KnownNames.of(["ab", "ab"], "0" * 64)


def test_known_names_may_be_none() -> None:
    none = from_bytes(to_bytes(replace(tiny.checkpoint(), known_names=KnownNames.of([], "0" * 64))))
    assert len(none.known_names) == 0
    assert "ab" not in none.known_names


def test_a_checkpoint_does_not_have_its_names_in_it() -> None:
    names = [f"name{i}" for i in range(1000)]
    known = KnownNames.of(names, "0" * 64)
    data = to_bytes(replace(tiny.checkpoint(), known_names=known))
    assert not any(name.encode() in data for name in names)


def test_models_of_one_list_share_their_known_names() -> None:
    one, other = (replace(tiny.checkpoint(), training={"seed": seed}) for seed in (1, 2))
    assert from_bytes(to_bytes(one)).known_names is from_bytes(to_bytes(other)).known_names


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
    assert load(tiny_path).digest == hashlib.sha256(tiny_path.read_bytes()).hexdigest()


def test_saving_replaces_a_file_whole_or_leaves_it(tiny_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "kept.safetensors"
    path.write_bytes(tiny_path.read_bytes())
    unwritable = replace(tiny.checkpoint(), metrics={"train": float("nan")})
    with pytest.raises(ValueError, match="JSON"):
        save(unwritable, path)
    assert path.read_bytes() == tiny_path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_what_could_not_be_read_is_not_written() -> None:
    for change in (
        {"data": {"file": os.fsdecode(b"\xff.txt"), "sha256": "0" * 64}},
        {"data": {"file": "tiny.txt"}},
        {"metrics": {"train": 1.0, "validation": 1.0, "test": 10**400}},
        {"training": {"history": list(range(300_000))}},
    ):
        with pytest.raises(ValueError, match="metadata"):
            to_bytes(replace(tiny.checkpoint(), **change))  # type: ignore[arg-type]


def test_a_failed_write_names_the_file_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    write_whole(path, b"before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # to the program, as a full disk is
    try:
        with pytest.raises(OSError, match=r"x\.safetensors'$") as caught:
            write_whole(path, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.errno == errno.EFBIG
    assert caught.value.strerror
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(FileNotFoundError) as missing:
        write_whole(tmp_path / "nowhere" / "x.safetensors", b"")
    assert missing.value.filename == str(tmp_path / "nowhere" / "x.safetensors")


def test_two_writers_of_one_file_do_not_mix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.safetensors"
    write_whole(path, b"before")

    def another_begins(_: int) -> None:
        partial = tmp_path / "x.safetensors.partial"
        partial.unlink()
        partial.write_bytes(b"half of")

    monkeypatch.setattr(os, "fsync", another_begins)
    with pytest.raises(FileExistsError, match="another process"):
        write_whole(path, b"after")
    assert path.read_bytes() == b"before"


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"nowhere\.safetensors: there is no such file"):
        load_model(tmp_path / "nowhere.safetensors")


def test_a_directory_is_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="is a folder; name a file in it"):
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
        ("format", "namewright/1", "earlier version; this version reads namewright/2. Train the"),
        ("format", "namewright/3", "format is not namewright/2"),
        ("format", None, "format is not namewright/2"),
        ("architecture", "hmm", "architecture is not one that serves"),
        ("architecture", None, "metadata architecture is missing"),
        ("alphabet", "ab", "alphabet is not JSON"),
        ("alphabet", '{"a": 1}', "alphabet is JSON of the wrong kind"),
        ("alphabet", '["a", 1]', "alphabet should be a JSON list of characters"),
        ("alphabet", '["a", "a"]', "all different"),
        ("alphabet", '["a", "B"]', "as they are in normalised names"),
        ("alphabet", '["a", "\\u212b"]', "as they are in normalised names"),  # the Angstrom sign
        ("alphabet", '["a", "\\ud800"]', "single printable characters"),
        ("alphabet", '["a"]', "log_probs"),
        ("hyperparameters", "[]", "hyperparameters is JSON of the wrong kind"),
        ("metrics", '{"train": 1}', "validation loss"),
        ("metrics", '{"train": NaN}', "metrics is not JSON"),
        ("metrics", '{"train": 1e999, "validation": 1, "test": 1}', "not finite, or too large"),
        ("metrics", '{"train": 1%s, "validation": 1, "test": 1}' % ("0" * 400), "too large"),
        ("metrics", '{"train": 1%s, "validation": 1, "test": 1}' % ("0" * 9000), "not JSON"),
        ("metrics", '{"train": true, "validation": 1, "test": 1}', "metrics should have a train"),
        ("metrics", '{"train": "1", "validation": 1, "test": 1}', "metrics should have a train"),
        ("metrics", '{"train": 1, "validation": 1, "test": 1, "teacher": 1}', "metrics.teacher"),
        (
            "metrics",
            '{"train": 1, "validation": 1, "test": 1, "teacher": {"train": 1, "test": 1}}',
            "metrics.teacher should have a validation loss",
        ),
        ("data", "{}", "the list's sha256, 64 hexadecimal digits"),
        ("data", '{"sha256": 1}', "the list's sha256, 64 hexadecimal digits"),
        ("data", '{"sha256": "%s"}' % ("g" * 64), "the list's sha256, 64 hexadecimal digits"),
        ("data", '{"sha256": "%s"}' % ("00 " * 32), "the list's sha256, 64 hexadecimal digits"),
        ("data", '{"a": ' + "[" * 8 + "]" * 8 + "}", "data is more than 8 levels deep"),
        ("hyperparameters", '{"a":' * 9 + "1" + "}" * 9, "hyperparameters is more than 8 levels"),
        ("hyperparameters", '{"a": 1e999}', "hyperparameters has a number that is not finite"),
        ("data", '{"file": "\\ud800"}', "data has half of a surrogate pair"),
        ("metrics", '{"\\udfff": 1}', "metrics has half of a surrogate pair"),
        ("training", '{"a": [{"b": "x\\udc00"}]}', "training has half of a surrogate pair"),
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
        ("calibration", {"shape": [651, 1]}, "it should be [31, 'any']"),
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
        assert "tensor 'other' does not belong" in found
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


def test_a_calibration_for_scripts_without_vowels_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "tiny.safetensors"
    save(replace(tiny.checkpoint(), abjad_calibration=tiny.CALIBRATION - 1), path)
    found = load(path)
    assert found.abjad_calibration is not None
    np.testing.assert_array_equal(found.abjad_calibration, tiny.CALIBRATION - 1)
    save(tiny.checkpoint(), path)
    assert load(path).abjad_calibration is None
    assert load(path).abjad_quantiles == load(path).quantiles


def test_falling_quantiles_for_scripts_without_vowels(tmp_path: Path) -> None:
    data = to_bytes(replace(tiny.checkpoint(), abjad_calibration=tiny.CALIBRATION[:, ::-1]))
    assert "tensor calibration.abjad should have" in fault_of(data, tmp_path)


def test_the_name_of_a_tensor_is_shown_short_and_on_one_line(tmp_path: Path) -> None:
    header, body = taken_apart()
    header["log\nprobs" * 1000] = header.pop("log_probs")
    fault = fault_of(file_of(header, body), tmp_path)
    assert "does not belong" in fault
    assert len(fault) < 200


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("x" * 100_000, "cut short or damaged"),
        ({"dtype": "\n" * 1000}, "cut short or damaged"),
        ({"shape": [1] * 1000 + [3, 3]}, "it should be [3, 3]"),
    ],
)
def test_a_message_repeats_little_of_the_file(tmp_path: Path, entry: Any, fault: str) -> None:
    """The safetensors library's messages quote the header, all of it."""
    header, body = taken_apart()
    header["log_probs"] = header["log_probs"] | entry if isinstance(entry, dict) else entry
    found = fault_of(file_of(header, body), tmp_path)
    assert fault in found
    assert len(found) < 250
    assert found.isprintable()


@pytest.mark.parametrize("value", [710.0, 1e308])
def test_log_probabilities_far_above_0(tmp_path: Path, value: float) -> None:
    """Their exponential is more than a float64 holds, which is no reason for a warning."""
    log_probs = np.log(tiny.PROBABILITIES)
    log_probs[1, 1] = value
    data = to_bytes(replace(tiny.checkpoint(), tensors={"log_probs": log_probs}))
    assert "sum to 1" in fault_of(data, tmp_path)


def test_quantiles_as_far_apart_as_numbers_are(tmp_path: Path) -> None:
    calibration = tiny.CALIBRATION.copy()
    calibration[:, 0], calibration[:, -1] = -1e308, 1e308
    path = tmp_path / "wide.safetensors"
    save(replace(tiny.checkpoint(), calibration=calibration), path)
    assert 0.9 < load_model(path).score(["ab"])[0].plausibility < 1  # type: ignore[union-attr]


@pytest.mark.parametrize("hashes", [[2, 1], [1, 1], [2**64 - 1, 0]])
def test_hashes_that_do_not_rise(tmp_path: Path, hashes: list[int]) -> None:
    header, body = taken_apart()
    first, last = header["known_names"]["data_offsets"]
    damaged = body[:first] + np.array(hashes, dtype="<u8").tobytes() + body[last:]
    assert "hashes that rise" in fault_of(file_of(header, damaged), tmp_path)


def test_metadata_of_eight_levels_is_read() -> None:
    deepest = {"a": [[[[[[[1, "é", None, True, 2**64 - 1]]]]]]]}
    found = from_bytes(to_bytes(replace(tiny.checkpoint(), training=deepest)))
    assert found.training == deepest


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from namewright.checkpoint import to_bytes, write_whole
from namewright.known_names import KnownNames
from tests import tiny

known = KnownNames(bytes(32), np.arange(500_000, dtype=np.uint64))
data = [
    to_bytes(replace(tiny.checkpoint(), known_names=known, training={"seed": seed}))
    for seed in (1, 2)
]
while True:
    for each in data:
        write_whole(Path(sys.argv[1]), each)
"""


def test_a_kill_in_the_middle_of_a_write_leaves_a_whole_file(tmp_path: Path) -> None:
    """A process that does nothing but write the file anew, killed at whatever moment.

    What is left over has a name that shows, and the next write takes it away.
    """
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
        left = [other.name for other in tmp_path.iterdir() if other != path]
        assert left in ([], ["x.safetensors.partial"])
        interrupted += bool(left)
        if attempt % 2:
            save(tiny.checkpoint(), path)
            assert list(tmp_path.iterdir()) == [path]
    assert interrupted, "no kill came in the middle of a write"
