"""Whether a run ended because nothing more can be written, told from the error or from the disks themselves."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

_FULL = {errno.ENOSPC: "is full", errno.EDQUOT: "is full (quota)", errno.EROFS: "is read-only"}
_LEAST_BYTES = 1_000_000


def no_room(error: BaseException, folders: Iterable[str | Path]) -> str:
    """A sentence with the remedy if `error` came of a full disk below one of these folders; else empty.

    Not every library hands the system's error on, so the disks are looked at as well.
    """
    told = next((_FULL[e.errno] for e in _causes(error) if isinstance(e, OSError) and e.errno in _FULL), "")
    full = [str(folder) for folder in folders if _free(folder) < _LEAST_BYTES]
    if not (told or full):
        return ""
    where = f"the disk of {full[0]}" if full else "a disk that the run writes to"
    return f"{where} {told or 'is full'}: make room, then run the same command again to resume"


def _free(folder: str | Path) -> int:
    place = Path(folder).absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
