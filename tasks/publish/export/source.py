"""What an export reads: rows and preferences of a run directory, a batch in memory at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import pyarrow.parquet as pq

from tasks.publish.run_directory import ROWS, dataset_rows, parquet_files, rows_in
from tasks.records import Json
from tasks.records.store import Store

PAIRS = "feedback/{}/preferences"
"""Where the preferences of a skill are."""
_NEEDED = ("id", "messages", "tools", "quality.for_training", "provenance.document")


def rows(store: Store, skill: str, *, whole: bool) -> Iterator[Json]:
    """Accepted rows of a skill: all columns, or those that a conversation is told by."""
    return dataset_rows(store, skill, None if whole else _NEEDED)


def pairs(store: Store, skill: str) -> Iterator[Json]:
    """Preferences of a skill."""
    return rows_in(store, PAIRS.format(skill))


def documents(store: Store, skills: Iterable[str]) -> Counter[str]:
    """How many accepted rows each document has."""
    found: Counter[str] = Counter()
    for skill in skills:
        found.update(row["provenance"]["document"] for row in dataset_rows(store, skill, ("provenance.document",)))
    return found


def document(row: Json) -> str:
    """The document that a row or a preference comes from."""
    name: str = row["provenance"]["document"] if "provenance" in row else row["document"]
    return name


def for_training(row: Json) -> bool:
    """Whether a model made the row or preference, and not the offline teacher."""
    told: bool = row["quality"]["for_training"] if "quality" in row else row["for_training"]
    return told


def any_pairs(store: Store, skills: Iterable[str]) -> bool:
    """Whether these skills have a preference."""
    return any(parquet_files(store, PAIRS.format(skill)) for skill in skills)


def any_tools(store: Store, skill: str) -> bool:
    """Whether a row of the skill has tools on offer."""
    return any(has_tools(store, path) for path in parquet_files(store, ROWS.format(skill)))


def has_tools(store: Store, path: str) -> bool:
    """Whether a row of a file has tools on offer; the end of the file says so, no row is read."""
    with store.fs.open(store.path(path), "rb") as stream:
        facts = pq.ParquetFile(stream, pre_buffer=False).metadata
    for group in (facts.row_group(number) for number in range(facts.num_row_groups)):
        column = next(c for c in map(group.column, range(group.num_columns)) if c.path_in_schema == "tools")
        if column.statistics is None or column.statistics.null_count < group.num_rows:
            return True
    return False
