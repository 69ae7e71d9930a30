"""Processes of this machine, as tests look at them, and whether it has what sandboxes need."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from tasks.tools.sandbox import available


def alive(process: int) -> bool:
    """Whether it runs; a zombie does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(process: int) -> set[int]:
    """Its children and theirs."""
    parents: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parents[int(name)] = int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found, new = set[int](), {process}
    while new := {child for child, parent in parents.items() if parent in new}:
        found |= new
    return found


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def lacking() -> str:
    """What this machine lacks for a sandbox; empty if it starts, for one that starts and does not hold is our failure."""
    told = available()
    return "" if "does not hold" in told or "self-test" in told else told
