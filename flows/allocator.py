"""Keeps memory that is free from staying with the process, and the search for garbage from taking its time."""

from __future__ import annotations

import ctypes
import gc
import os

_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's mallopt(3)."""
_LOOK = 50_000, 20, 100
"""Objects, and looks at the younger ones, between two looks for garbage: what a run makes is rarely part of a cycle."""


def lend_little() -> None:
    """Two arenas for all threads, in place of eight for each processor, and no pool of Arrow's own; before what allocates."""
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    try:
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)
    except (OSError, AttributeError):  # another C library has other ways
        return


def look_less() -> None:
    """Once what a run needs is loaded: that is looked through no more, and what comes after it less often."""
    gc.freeze()
    gc.set_threshold(*_LOOK)
