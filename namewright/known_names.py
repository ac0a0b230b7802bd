"""Which names a model learned from, without holding the names.

>>> known = KnownNames.of(["ava", "emma"], sha256="00" * 32)
>>> "emma" in known, "xqzt" in known, len(known)
(True, False, 2)

Each name is kept as a 64-bit hash: BLAKE2b of its UTF-8 with a digest of eight bytes, keyed with
the 32 bytes of the list's SHA-256, and read as a little-endian number, which is how safetensors
stores numbers: the eight bytes in the file are the digest itself. A name that is not in the list
is taken for one that is with a probability of len(list) / 2^64.

So a checkpoint does not publish its list. Whoever has the checkpoint can still test a guess.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZE = 8
"""Bytes of a hash."""

SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, eq=False)
class KnownNames:
    """The names of a training list: `name in known` for a normalised name, and `len(known)`.

    key       the 32 bytes of the list's SHA-256
    hashes    uint64 [names], strictly rising

    Raises ValueError if the hashes do not rise strictly.
    """

    key: bytes
    hashes: NDArray[np.uint64]
    _keyed: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if (self.hashes[1:] <= self.hashes[:-1]).any():
            raise ValueError("tensor known_names should have hashes that rise, each one once")
        self.hashes.flags.writeable = False
        # A keyed hash is copied in half the time that one is made in.
        object.__setattr__(self, "_keyed", hashlib.blake2b(key=self.key, digest_size=SIZE))

    @classmethod
    def of(cls, names: Iterable[str], sha256: str) -> "KnownNames":
        """The known names of a list, from its normalised names and the SHA-256 of its file.

        Raises ValueError if `sha256` is not 64 lower-case hexadecimal digits.
        """
        empty = cls(key_of(sha256), np.empty(0, dtype=np.uint64))
        hashes = {empty.hash(name) for name in names}
        return cls(empty.key, np.array(sorted(hashes), dtype=np.uint64))

    def digests(self, names: Iterable[str]) -> Iterator[bytes]:
        """The hash of each name, eight bytes."""
        copy = self._keyed.copy
        for name in names:
            keyed = copy()
            keyed.update(name.encode("utf-8", "surrogatepass"))  # so that any text can be asked for
            yield keyed.digest()

    def hash(self, name: str) -> int:
        """The hash of a name, 0 to 2^64 - 1."""
        return int.from_bytes(next(self.digests([name])), "little")

    def __contains__(self, name: str) -> bool:
        return self.which([name])[0]

    def which(self, names: Sequence[str]) -> list[bool]:
        """For each of some normalised names, whether it is known: quicker than one by one."""
        if not len(self.hashes):
            return [False] * len(names)
        hashes = np.frombuffer(b"".join(self.digests(names)), dtype="<u8")
        at = self.hashes.searchsorted(hashes)
        found: list[bool] = (self.hashes.take(at, mode="clip") == hashes).tolist()
        return found

    def __len__(self) -> int:
        return len(self.hashes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KnownNames):
            return NotImplemented
        return self.key == other.key and np.array_equal(self.hashes, other.hashes)

    def __hash__(self) -> int:
        return hash((self.key, len(self)))


def key_of(sha256: object) -> bytes:
    """The key of a list's hashes, from its SHA-256 in hexadecimal. Raises ValueError."""
    if not isinstance(sha256, str) or not SHA256.fullmatch(sha256):
        raise ValueError("metadata data should have the list's sha256, 64 hexadecimal digits")
    return bytes.fromhex(sha256)


@lru_cache(maxsize=4)
def read_known_names(hashes: bytes, sha256: str) -> KnownNames:
    """Known names from the bytes of a tensor. Models of one list share one of them."""
    return KnownNames(key_of(sha256), np.frombuffer(hashes, dtype="<u8"))
