"""Mutants of a checkpoint: each of them is made anew from a seed and a number.

What is mutated is chosen by chance, and how, one to four times over:

    header     bytes of its text; the length before it; an entry's dtype, shape or offsets; entries
               renamed, left out, doubled
    metadata   a key left out or of another type; a value within the JSON of a key replaced, left
               out, doubled, put deeper; bytes of that JSON
    tensors    numbers replaced by those at the edges of their type, sorted, reversed, repeated; a
               tensor of another length, type or shape, with offsets that are right
    bytes      of the whole file: flipped, cut, doubled, moved
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.fuzz.files import Parts, join, split

INTEGERS = [0, 1, -1, 2, 7, 8, 31, 32, 33, 127, 128, 255, 256, 2**16, 2**24, 2**31 - 1, 2**31]
INTEGERS += [2**32, -(2**31), 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 10**30]
FLOATS = [0.0, -0.0, 0.5, 1.0, -1.0, 1e-300, 5e-324, -700.0, -701.0, 700.0, 1e38, 1e39, 1e308]
FLOATS += [-1e308, float("inf"), float("-inf"), float("nan")]
TEXTS = ["", "a", "\0", "\n", "é", "e\u0301", "\u0301", "\ud800", "🙂", "İ", "ß", "x" * 10_000]
TEXTS += ["namewright/1", "namewright/2", "mlp", "ngram", "automaton", "F64", "0" * 64, "NaN"]
DTYPES = ["F64", "F32", "F16", "BF16", "F8_E4M3", "F4", "U64", "I64", "I32", "U8", "I8", "BOOL"]
TYPES = ["float64", "float32", "float16", "uint64", "int64", "int32", "uint8", "int8"]
RAW = [b"NaN", b"1e999", b"-Infinity", b"9" * 5000, b"\\ud800", b'"', b"[" * 3000, b"{}", b"\xff"]
RAW += [
    b'{"a":' * 20,
    b",",
    b"null",
    b"true",
    b"1.5",
    b"-1",
    b"\\u0000",
    b"\xef\xbb\xbf",
    b" " * 99,
]

Change = Callable[[Random, Any], Any]


class Mutants:
    """The mutants of a file.

    large      the file; its header and its bytes are mutated
    small      one of the same architecture, whose tensors are mutated, and the rest too
    in_small   the share of mutants that are made from the small one
    """

    def __init__(self, large: bytes, small: bytes, in_small: float = 0.5) -> None:
        self.files = {False: large, True: small}
        self.in_small = in_small

    def make(self, seed: int, number: int) -> bytes:
        """The mutant of that number."""
        chance = Random(seed << 40 | number)
        from_small = chance.random() < self.in_small
        data = self.files[from_small]
        kinds = (mutate_header, mutate_metadata, mutate_bytes, mutate_tensors)
        weights = (4, 6, 2, 8 if from_small else 0.02)
        return chance.choices(kinds, weights)[0](chance, data)


def mutate(data: bytes, chance: Random) -> bytes:
    """A mutant of any bytes, of their parts where they can be taken apart."""
    kinds = [mutate_bytes, mutate_header, mutate_metadata, mutate_tensors]
    try:
        return chance.choice(kinds)(chance, data)
    except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError):
        return mutate_bytes(chance, data)


def times(chance: Random) -> range:
    """How often to mutate."""
    return range(chance.choice((1, 1, 1, 2, 3, 4)))


def scalar(chance: Random) -> Any:
    """A value of JSON."""
    kind = chance.randrange(6)
    if kind == 0:
        return chance.choice((None, True, False, [], {}, [[]], {"": 0}))
    if kind == 1:
        return chance.choice(TEXTS)
    if kind == 2:
        return chance.choice(FLOATS)
    if kind == 3:
        return chance.randrange(-5, 100)
    return chance.choice(INTEGERS)


def mutate_bytes(chance: Random, data: bytes) -> bytes:
    """Bytes flipped, cut, doubled, moved; half of the time within the header."""
    found = bytearray(data)
    for _ in times(chance):
        if not found:
            break
        end = min(len(found), 8 + int.from_bytes(found[:8], "little"))
        at = chance.randrange(
            chance.choice((8, end or 1, len(found), len(found))) % len(found) or 1
        )
        length = min(1 << chance.randrange(10), len(found) - at)
        kind = chance.randrange(8)
        if kind < 3:
            found[at] ^= 1 << chance.randrange(8)
        elif kind == 3:
            found[at] = chance.choice((0, 1, 9, 10, 34, 92, 123, 127, 128, 255))
        elif kind == 4:
            found[at : at + length] = chance.randbytes(length)
        elif kind == 5:
            del found[at : at + length]
        elif kind == 6:
            found[at:at] = found[at : at + length]
        else:
            del found[at:]
    return bytes(found)


def mutate_header(chance: Random, data: bytes) -> bytes:
    """The header's entries for tensors, its text, and the length before it."""
    header, body = split(data)
    for _ in times(chance):
        names = [name for name in header if isinstance(header[name], dict)]
        name = chance.choice(names or ["log_probs"])
        kind = chance.randrange(7)
        if kind == 0:
            header.pop(name, None)
        elif kind == 1:
            other = chance.choice([*names, *TEXTS, "__metadata__"])
            header[other] = header.pop(name, {})
        elif kind == 2:
            header[name] = chance.choice((scalar(chance), header.get(chance.choice(names or [""]))))
        elif name != "__metadata__" and isinstance(header.get(name), dict):
            entry = dict(header[name])
            header[name] = entry
            if kind == 3:
                entry["dtype"] = chance.choice([*DTYPES, scalar(chance)])
            elif kind == 4:
                entry["shape"] = change_numbers(chance, entry.get("shape"))
            elif kind == 5:
                entry["data_offsets"] = change_numbers(chance, entry.get("data_offsets"))
            else:
                entry[chance.choice(("dtype", "shape", "data_offsets", "x"))] = scalar(chance)
    return finish(chance, header, body)


def change_numbers(chance: Random, numbers: Any) -> Any:
    """A shape, or offsets, changed."""
    found = list(numbers) if isinstance(numbers, list) else [0]
    kind = chance.randrange(6)
    if kind == 0:
        chance.shuffle(found)
    elif kind == 1:
        found += chance.choices((0, 1, 2, 2**32, 2**62), k=chance.choice((1, 2, 500)))
    elif kind == 2 and found:
        found.pop()
    elif found:
        at = chance.randrange(len(found))
        near = found[at] + chance.choice((-1, 1, 8)) if isinstance(found[at], int) else 0
        found[at] = chance.choice((near, near, scalar(chance)))
    return found


def mutate_metadata(chance: Random, data: bytes) -> bytes:
    """The metadata's keys, and the values within their JSON."""
    header, body = split(data)
    metadata = header["__metadata__"] = dict(header["__metadata__"])
    for _ in times(chance):
        key = chance.choice([*metadata, "golden"])
        kind = chance.randrange(12)
        if kind == 0:
            metadata.pop(key, None)
        elif kind == 1:
            metadata[key] = chance.choice((scalar(chance), chance.choice(TEXTS)))
        elif kind == 2:
            metadata[chance.choice((*metadata, *TEXTS))] = metadata.get(key, "")
        elif kind == 3 and isinstance(metadata.get(key), str):
            text = metadata[key].encode("utf-8", "surrogatepass")
            metadata[key] = damage(chance, text).decode("utf-8", "replace")
        else:
            try:
                value = json.loads(metadata.get(key, "{}"))
            except (TypeError, ValueError, RecursionError):
                value = metadata.get(key)
            try:
                metadata[key] = json.dumps(change_json(chance, value), ensure_ascii=False)
            except (RecursionError, ValueError):
                metadata[key] = "[" * 2000
    return finish(chance, header, body)


def change_json(chance: Random, value: Any) -> Any:
    """A value with one of those within it replaced, left out, doubled or put deeper."""
    if isinstance(value, dict | list) and value and chance.random() < 0.8:
        found: Any = dict(value) if isinstance(value, dict) else list(value)
        at = chance.choice(list(value)) if isinstance(value, dict) else chance.randrange(len(value))
        kind = chance.randrange(5)
        if kind == 0:
            del found[at]
        elif kind == 1 and isinstance(found, list):
            found.insert(at, chance.choice((found[at], scalar(chance))))
        elif kind == 1:
            found[chance.choice(TEXTS)] = found[at]
        else:
            found[at] = change_json(chance, value[at])
        return found
    kind = chance.randrange(8)
    if kind == 0:
        for _ in range(chance.choice((1, 7, 8, 9, 500))):
            value = chance.choice(([value], {"a": value}))
        return value
    if kind == 1 and isinstance(value, list | str):
        return value * chance.choice((2, 50, 300))
    if kind == 2 and isinstance(value, int | float):
        return value + chance.choice((-1, 1, 0.5))
    return scalar(chance)


def finish(chance: Random, header: dict[str, Any], body: bytes) -> bytes:
    """A file of a header; now and then its text is damaged, or its length is wrong."""
    text = json.dumps(header, ensure_ascii=chance.random() < 0.1).encode("utf-8", "surrogatepass")
    kind = chance.randrange(20)
    if kind == 0:
        text = damage(chance, text)
    elif kind == 1:
        body = body[: chance.randrange(len(body) + 1)] if chance.random() < 0.5 else body + b"\0"
    elif kind == 2:
        length = chance.choice((0, 1, 8, 2**20, 2**20 + 1, 2**63, len(text) - 1, len(text) + 1))
        return length.to_bytes(8, "little") + text + body
    elif kind == 3:
        text = text.replace(b"{", b'{"__metadata__":{},', 1)
    return join(text, body)


def damage(chance: Random, text: bytes) -> bytes:
    """A text with something else in its middle."""
    at = chance.randrange(len(text) + 1)
    left_out = chance.choice((0, 0, 1, 5, 100))
    return text[:at] + chance.choice(RAW) + text[at + left_out :]


def mutate_tensors(chance: Random, data: bytes) -> bytes:
    """The numbers of tensors; the header fits them, and half of the time their length too."""
    parts = Parts.of(data)
    for _ in times(chance):
        name = chance.choice(list(parts.tensors))
        parts.tensors[name] = change_tensor(chance, parts.tensors[name])
    if chance.random() < 0.3:
        grow(chance, parts)
    return parts.to_bytes()


def grow(chance: Random, parts: Parts) -> None:
    """Change how many states, or hidden units, there are, in the tensors and where it is said."""
    hyperparameters = json.loads(parts.metadata["hyperparameters"])
    counted = [key for key, value in hyperparameters.items() if type(value) is int and value]
    if not counted:
        return
    key = chance.choice(counted)
    before, after = hyperparameters[key], chance.choice((1, 2, 33, 100, 1000))
    hyperparameters[key] = after
    parts.metadata["hyperparameters"] = json.dumps(hyperparameters)
    for name, tensor in parts.tensors.items():
        for axis, length in enumerate(tensor.shape):
            if length == before:
                parts.tensors[name] = np.take(
                    parts.tensors[name], np.arange(after), axis=axis, mode="wrap"
                )


def change_tensor(chance: Random, tensor: NDArray[Any]) -> NDArray[Any]:
    """A tensor with other numbers, or another type or shape."""
    if not tensor.size:
        return np.zeros(chance.choice((1, 5)), dtype=tensor.dtype)
    flat = tensor.reshape(-1).copy()
    at = chance.randrange(flat.size)
    run = slice(at, at + (1 << chance.randrange(8)))
    kind = chance.randrange(12)
    if kind <= 2:
        flat[at] = edge(chance, tensor.dtype)
    elif kind == 3:
        flat[run] = edge(chance, tensor.dtype)
    elif kind == 4:
        flat[run] = flat[run][::-1].copy()
    elif kind == 5:
        flat[at] = flat[chance.randrange(flat.size)]
    elif kind == 6:
        flat.view(np.uint8)[chance.randrange(flat.nbytes)] ^= 1 << chance.randrange(8)
    elif kind == 7:
        flat[:] = edge(chance, tensor.dtype)
    elif kind == 8:
        flat.sort()
    elif kind == 9:  # each follows the one before it, as a chain of contexts does
        with np.errstate(all="ignore"):
            flat[run] = (at + np.arange(len(flat[run])) - 1).astype(tensor.dtype)
    elif kind == 10:
        with np.errstate(all="ignore"):
            return tensor.astype(chance.choice(TYPES))
    else:
        axis = chance.randrange(tensor.ndim)
        length = chance.choice((0, 1, 2, tensor.shape[axis] + 1, 3 * tensor.shape[axis]))
        return np.take(tensor, np.arange(length), axis=axis, mode="wrap")
    return flat.reshape(tensor.shape)


def edge(chance: Random, dtype: np.dtype[Any]) -> Any:
    """A number at the edge of a type, or a small one."""
    with np.errstate(all="ignore"):
        if dtype.kind == "f":
            return np.array(chance.choice((*FLOATS, chance.uniform(-20, 0)))).astype(dtype)
        value = chance.choice((*INTEGERS, chance.randrange(64)))
        return np.array(value % 2**64, dtype=np.uint64).astype(dtype)
