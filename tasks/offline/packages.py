"""What the offline teacher does for kinds of task that installed packages bring: each refers to its own part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tasks.kinds import kinds, part_of
from tasks.offline.kind import OfflineKind
from tasks.records.code import closure, path_of


def kinds_of_packages() -> tuple[OfflineKind, ...]:
    """Their parts, by the kind's name; a kind without one is answered as any unknown request is."""
    parts = (part_of(kind, "offline", OfflineKind) for _, kind in sorted(kinds().items()))
    return tuple(part for part in parts if part is not None)


def files_of_packages() -> list[Path]:
    """The source files that decide their answers."""
    references = sorted(kind.offline for kind in kinds().values() if kind.offline)
    return sorted({path for reference in references for path in _files(reference.partition(":")[0])})


def _files(module: str) -> Iterator[Path]:
    """The file of a module, and of those that it imports of its own package."""

    def follow(name: str) -> bool:
        return name.partition(".")[0] == module.partition(".")[0]

    yield from (path for name in closure([module], follow) if (path := path_of(name)) is not None)
