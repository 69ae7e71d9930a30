"""Which rows and rejects a page shows: all of them, or of many a fair part that is the same each time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from tasks.publish.run_directory import RunDirectory
from tasks.records import Json

MOST_ROWS, MOST_REJECTS = 5_000, 1_000
"""What a browser opens at once."""


class Sample:
    """The rows and rejects of a run directory that a page shows; ids are hashes, so the lowest are a fair sample."""

    def __init__(self, directory: RunDirectory, most_rows: int = MOST_ROWS, most_rejects: int = MOST_REJECTS) -> None:
        self._directory = directory
        self.row_ids, self.total_rows = _lowest(directory.rows(columns=["id"]), most_rows)
        self.reject_ids, self.total_rejects = _lowest(directory.rejects(columns=["id"]), most_rejects)

    @property
    def whole(self) -> bool:
        """Whether every row is in it."""
        return len(self.row_ids) == self.total_rows

    def rows(self) -> Iterator[Json]:
        """The rows, as the dataset holds them, one after the other."""
        return self._directory.rows(ids=self.row_ids)

    def rejects(self) -> Iterator[Json]:
        """The rejects; a record that fell out twice is there twice."""
        return self._directory.rejects(ids=self.reject_ids)


def _lowest(rows: Iterator[Json], most: int) -> tuple[frozenset[str], int]:
    """The lowest ids, and how many rows there are."""
    total = 0

    def ids() -> Iterator[str]:
        nonlocal total
        for row in rows:
            total += 1
            yield row["id"]

    return frozenset(heapq.nsmallest(most, ids())), total
