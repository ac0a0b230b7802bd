"""The file of keys: for each a name, and the SHA-256 of the key, which the file does not have.

    # who may ask
    alice:5bf0c1a9...

A key is 32 random bytes, so nobody guesses it from its hash, however quick the hash is. The attack:
whoever reads the file, or measures how long an answer takes, learns a key.
"""

import hmac
import re
import secrets
from hashlib import sha256
from pathlib import Path

from namewright.errors import ParameterError, SettingError
from namewright.setting_file import read_setting_file

VARIABLE = "NAMEWRIGHT_API_KEYS_FILE"
NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
LINE = re.compile(rf"({NAME.pattern}):([0-9a-f]{{64}})")
MAX_BYTES = 1_000_000


def new_key(name: str) -> tuple[str, str]:
    """A new key, which is kept nowhere, and its line of the file. Raises ParameterError."""
    if not NAME.fullmatch(name):
        raise ParameterError("name", "should be 1 to 64 of a to z, A to Z, 0 to 9, and ._-")
    key = f"nw_{secrets.token_urlsafe(32)}"
    return key, f"{name}:{sha256(key.encode()).hexdigest()}"


class Keys:
    """The keys of a file, as hashes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: dict[bytes, str] = {}
        self.reload()

    def reload(self) -> None:
        """Read the file: all of it, or, where it is at fault, nothing of it.

        Raises SettingError with the number of the line, and never with what is in it.
        """
        self.names = read(self.path)

    def name_of(self, key: str) -> str | None:
        """Whose key it is, if it is one. Takes as long wherever in the file it is, or is not."""
        sent = sha256(key.encode("utf-8", "surrogatepass")).digest()
        found = None
        for digest, name in self.names.items():
            if hmac.compare_digest(digest, sent):
                found = name
        return found


def read(path: Path) -> dict[bytes, str]:
    """Hash -> name. Raises SettingError."""
    content = read_setting_file(VARIABLE, path, MAX_BYTES)
    names: dict[bytes, str] = {}
    for number, line in enumerate(content.decode("latin-1").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = LINE.fullmatch(line.strip())
        if not found:
            detail = "is not NAME:HASH as `namewright keys new NAME` prints it"
            raise SettingError(VARIABLE, f"names a file whose line {number} {detail}")
        names[bytes.fromhex(found[2])] = found[1]
    if not names:
        raise SettingError(VARIABLE, "names a file without a key, so nobody could ask")
    return names
