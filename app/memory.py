"""Memory: what is there at the start is kept, and what was large is given back.

The attack: whatever makes the process grow once, so that it stays as large as it ever was. glibc
keeps what was freed, for each thread, unless blocks are large enough to be mapped by themselves,
and it raises that size when such a block is freed.
"""

import ctypes
import gc
import sys

from namewright.model import trim

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
MAPPED = 262_144
"""Blocks of at least so many bytes are given back as soon as they are freed."""


def settle() -> None:
    """What has been loaded is here to stay; what comes from now on will go."""
    gc.freeze()
    gc.enable()
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # not every C library has it
        if mallopt:
            mallopt(M_MMAP_THRESHOLD, MAPPED)
            mallopt(M_ARENA_MAX, 1)


def tidy() -> None:
    """Give back what was let go of."""
    gc.collect()
    trim()
