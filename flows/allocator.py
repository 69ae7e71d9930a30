"""Keeps memory that is free from staying with the process. Loaded before what allocates: the settings hold from then on."""

from __future__ import annotations

import ctypes
import os

_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's mallopt(3)."""


def lend_little() -> None:
    """Two arenas for all threads, in place of eight for each processor, and no pool of Arrow's own."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    try:
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)
    except (OSError, AttributeError):  # another C library has other ways
        return
