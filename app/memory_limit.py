"""How much memory the process may have, and whether a start fits in it: one that does not says so.

The attack: a limit below what the models take. The system then kills the process without a word,
and again each time that it is started anew.
"""

import logging
from collections.abc import Iterable
from pathlib import Path

from namewright import Sources

log = logging.getLogger("namewright")

MIB = 2**20
ALONE = 46 * MIB
"""What a start takes with next to no models: Python, numpy, FastAPI."""
PER_BYTE = 1.8
"""What it takes for a byte of the models' files, while they are read."""
WORKER = 10 * MIB
"""What a worker has for itself, beside what it shares."""

CGROUPS = Path("/sys/fs/cgroup")
UNIFIED = "memory.max"
FIRST = "memory.limit_in_bytes"  # of the first version of control groups


def memory_taken(sources: Sources | None, workers: int = 1) -> int:
    """About how many bytes a start takes. Raises CheckpointError as `Sources.paths` does."""
    paths = (sources or Sources.from_environment()).paths().values()
    files = sum(path.stat().st_size for path in paths)
    return ALONE + int(PER_BYTE * files) + (workers * WORKER if workers > 1 else 0)


def memory_limit(groups: Path = Path("/proc/self/cgroup"), folder: Path = CGROUPS) -> int | None:
    """Bytes that the process may have, by its control groups; None where nothing says so.

    A group has at most what those around it have. See cgroups(7).
    """
    found: list[int] = []
    for line in lines_of(groups):
        _, controllers, path = line.split(":", 2)
        if not controllers:
            top, name = folder, UNIFIED
        elif "memory" in controllers.split(","):
            top, name = folder / "memory", FIRST
        else:
            continue
        own = top / path.strip("/")
        for group in (own, *own.parents):
            found += [int(text) for text in lines_of(group / name) if text.isdigit()]
            if group == top:
                break
    return min(found, default=None)


def lines_of(path: Path) -> Iterable[str]:
    """The lines of a file; none where it cannot be read."""
    try:
        return path.read_text().splitlines()
    except OSError:
        return ()


def warn_of_too_little(taken: int) -> None:
    """Say so where a start takes more than the process may have."""
    limit = memory_limit()
    if limit is not None and limit < taken:
        log.warning(
            "memory is limited to %d MiB, and a start takes about %d: the system may kill it",
            limit // MIB,
            taken // MIB,
        )
