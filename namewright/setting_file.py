"""Reading a file that a setting names, at most so much of it."""

from pathlib import Path

from namewright.errors import SettingError


def read_setting_file(variable: str, path: Path, most: int) -> bytes:
    """What is in it. Raises SettingError where it cannot be read, or has more than `most` bytes."""
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise SettingError(
            variable, f"names a file that cannot be read: {error.strerror}"
        ) from None
    if len(content) > most:
        raise SettingError(variable, f"names a file, {path}, of more than {most:,} bytes")
    return content
