"""The lines of all shards side by side: small columns in memory, lists of numbers where they lie on the disk."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.ipc

from tasks.curation.grams import Array, Ragged
from tasks.curation.shards import Shard, rows_of
from tasks.records import Json
from tasks.records.store import Store

LISTS = ("text", "asked", "said", "shown")


class Lines:
    """Rows are told by their number: shard after shard, row after row."""

    def __init__(self, shards: Sequence[Shard], tables: Sequence[pa.Table]) -> None:
        """`tables` are the signatures of the shards."""
        self.shards = list(shards)
        self._tables = [table.combine_chunks() for table in tables]
        counts = [table.num_rows for table in tables]
        self.starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.shard = np.repeat(np.arange(len(shards)), counts)
        self.skills = sorted({shard.skill for shard in shards})
        of_shard = np.array([self.skills.index(shard.skill) for shard in shards], np.int16)
        self.skill = np.repeat(of_shard, counts)
        self._lists = {name: [_ragged(table[name]) for table in self._tables] for name in LISTS}

    def __len__(self) -> int:
        return int(self.starts[-1])

    def column(self, name: str) -> Array:
        """A column of numbers or truth values, of all rows; NaN where there is none."""
        found = [table[name].to_numpy() for table in self._tables]
        return np.concatenate(found) if found else np.zeros(0)

    def texts(self, name: str) -> list[str | None]:
        """A column of text, of all rows."""
        return [value for table in self._tables for value in table[name].to_pylist()]

    def codes(self, name: str) -> tuple[Array, list[Any]]:
        """A column of few different texts: a number for each row, and what the numbers stand for."""
        told: pa.ChunkedArray = pa.chunked_array([table[name].combine_chunks() for table in self._tables], pa.string())
        encoded = told.combine_chunks().dictionary_encode(null_encoding="encode")
        return encoded.indices.to_numpy(), encoded.dictionary.to_pylist()

    def id(self, row: int) -> str:
        """The id of a row."""
        shard = int(self.shard[row])
        found: str = self._tables[shard]["id"][row - int(self.starts[shard])].as_py()
        return found

    def numbers_of(self, ids: Collection[str]) -> dict[str, int]:
        """Id -> row, for those of these ids that there are."""
        wanted, found = pa.array(sorted(ids), pa.string()), dict[str, int]()
        for start, table in zip(self.starts.tolist(), self._tables, strict=False):
            places = np.flatnonzero(compute.is_in(table["id"], wanted).to_numpy(zero_copy_only=False))
            for place in places.tolist():
                found.setdefault(table["id"][place].as_py(), start + place)
        return found

    def set(self, name: str, row: int) -> Array:
        """One of the lists of a row."""
        shard = int(self.shard[row])
        found, place = self._lists[name][shard], row - int(self.starts[shard])
        return found.values[found.ends[place - 1] if place else 0 : found.ends[place]]

    def lists(self, name: str) -> list[Ragged]:
        """One of the lists of all rows, shard by shard."""
        return self._lists[name]


def rows_at(lines: Lines, wanted: Collection[int]) -> Iterator[tuple[int, Json]]:
    """The rows of these numbers, each with its number; a shard without any is not read."""
    of_shards: dict[int, dict[str, set[int]]] = {}
    for number in wanted:  # by their ids: the lines need not be of all rows of a shard
        of_shards.setdefault(int(lines.shard[number]), {}).setdefault(lines.id(number), set()).add(number)
    for place, ids in sorted(of_shards.items()):
        for row in rows_of(lines.shards[place]):
            yield from ((number, row) for number in sorted(ids.pop(row["id"], ())))


def write_lines(store: Store, path: str, table: pa.Table) -> None:
    """Keep a signature where it can be read without being loaded."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    store.write(path, sink.getvalue().to_pybytes())


def read_lines(store: Store, path: str) -> pa.Table:
    """A signature as it was kept; a local one stays on the disk."""
    source = pa.memory_map(store.path(path)) if store.local else pa.BufferReader(store.read(path))
    return pa.ipc.open_file(source).read_all()


def _ragged(column: pa.ChunkedArray) -> Ragged:
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        return Ragged(np.zeros(0, np.uint32), np.zeros(0, np.int64))
    offsets = whole.offsets.to_numpy().astype(np.int64)
    values = whole.values.to_numpy()[offsets[0] : offsets[-1]]
    return Ragged(values, offsets[1:] - offsets[0])
