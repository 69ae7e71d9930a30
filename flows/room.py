"""Whether a run ended because nothing more can be written, told from the error or from the disks themselves."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterable
from pathlib import Path

from tasks.records.causes import causes

_ROOM = "make room, then run the same command again to resume"
_FULL = {
    errno.ENOSPC: f"is full: {_ROOM}",
    errno.EDQUOT: f"has no quota left: {_ROOM}",
    errno.EROFS: "is read-only: mount it for writing, or choose another --output or AGENTINSTRUCT_HOME",
}
_LEAST_BYTES = 1_000_000


def no_room(error: BaseException, folders: Iterable[str | Path]) -> str:
    """A sentence with the remedy if `error` came of a full or read-only disk below one of these folders; else empty.

    Not every library hands the system's error on, so the disks are looked at as well.
    """
    told = next((_FULL[e.errno] for e in causes(error) if isinstance(e, OSError) and e.errno in _FULL), "")
    full = [str(folder) for folder in folders if _free(folder) < _LEAST_BYTES]
    if not (told or full):
        return ""
    where = f"the disk of {full[0]}" if full else "a disk that the run writes to"
    return f"{where} {told or _FULL[errno.ENOSPC]}"


def _free(folder: str | Path) -> int:
    place = Path(folder).absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free
