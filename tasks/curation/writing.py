"""The rows of a curated dataset on disk, shard by shard, and what was dropped, each with its reason."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.curation.shards import Shard, tables
from tasks.publish.rows import dataset_columns
from tasks.publish.run_directory import parquet_files, present
from tasks.records import Json, digest
from tasks.records.store import Store

DATASET, BENCH, REJECTED, FEEDBACK = "dataset", "bench", "rejected", "feedback"
_TEXT = pa.string()
DROPPED = pa.schema(
    [(name, _TEXT) for name in ("id", "step", "reason", "detail", "match", "skill", "task_type", "uri", "row")]
)
"""Columns of a dropped row; `match` is the id of what it repeats or holds, `row` the row itself as JSON."""
KEPT, HELD, FALLEN = 0, 1, 2
Why = tuple[str, str, str, str]
"""Step, reason, detail and match of a row that was dropped."""


@dataclass(frozen=True)
class Part:
    """What becomes of the rows of a shard."""

    shard: Shard
    fates: bytes
    """KEPT, HELD or FALLEN for each row."""
    why: Mapping[int, Why]
    """Row -> why it was dropped."""

    @property
    def name(self) -> str:
        """The name of its files: another one where the shard or the fate of a row is another."""
        told = digest(self.fates.hex(), sorted(self.why.items()))
        return f"part-{self.shard.content[:12]}-{told[:8]}.parquet"

    def places(self) -> dict[str, int]:
        """Files that the part has, and how many rows each holds."""
        skill = self.shard.skill
        folders = {f"{DATASET}/{skill}": KEPT, f"{BENCH}/{skill}": HELD, REJECTED: FALLEN}
        counted = {f"{folder}/{self.name}": self.fates.count(fate) for folder, fate in folders.items()}
        return {path: count for path, count in counted.items() if count}


def write_part(store: Store, part: Part) -> None:
    """Write the files of a part that are not there yet."""
    missing = [path for path in part.places() if not store.fs.exists(store.path(path))]
    if not missing:
        return
    whole = pa.concat_tables([_in_present_columns(table) for table in tables(part.shard)])
    for path in missing:
        fate = {DATASET: KEPT, BENCH: HELD, REJECTED: FALLEN}[path.split("/", 1)[0]]
        chosen = pa.array([row for row, is_so in enumerate(part.fates) if is_so == fate], pa.int64())
        rows = whole.take(chosen)
        if fate == FALLEN:
            dropped = zip(chosen.to_pylist(), rows.to_pylist(), strict=True)
            rows = pa.Table.from_pylist([_dropped(row, part.why[place]) for place, row in dropped], DROPPED)
        _write(store, path, rows)


def _in_present_columns(table: pa.Table) -> pa.Table:
    columns = dataset_columns()
    if table.schema.equals(columns):
        return table
    return pa.Table.from_pylist(list(map(present, table.to_pylist())), columns)


def _dropped(row: Json, why: Why) -> Json:
    step, reason, detail, match = why
    facts = {"id": row["id"], "step": step, "reason": reason, "detail": detail, "match": match or None}
    told = {"skill": row["skill"], "task_type": row["task_type"], "uri": row["provenance"]["uri"]}
    return {**facts, **told, "row": json.dumps(row, ensure_ascii=False)}


def write_feedback(
    store: Store, runs: Sequence[Store], without: Mapping[str, set[str]], sorts: Iterable[str], skills: Iterable[str]
) -> dict[str, dict[str, int]]:
    """The feedback of all runs, each row once, but that on documents and rows to be left out; skill -> sort -> rows.

    `without` has the ids of `documents` and `rows`.
    """
    counts: dict[str, dict[str, int]] = {}
    for skill in skills:
        counts[skill] = {}
        for sort in sorts:
            folder, seen, parts = f"{FEEDBACK}/{skill}/{sort}", set[str](), list[pa.Table]()
            for run in runs:
                for path in parquet_files(run, folder):
                    table = run.table(path)
                    parts.append(table.filter(pa.array(list(_wanted(table, without, seen)), pa.bool_())))
            whole = pa.concat_tables(parts, promote_options="permissive") if parts else None
            counts[skill][sort] = whole.num_rows if whole is not None else 0
            path = f"{folder}/part-00000.parquet"
            if whole is not None and whole.num_rows:
                _write(store, path, whole)
            elif store.fs.exists(store.path(path)):
                store.remove(path)
    return counts


def _wanted(table: pa.Table, without: Mapping[str, set[str]], seen: set[str]) -> Iterator[bool]:
    told = [name for name in ("messages", "prompt", "chosen", "rejected", "tools") if name in table.column_names]
    for row in table.select(["row", "document", *told]).to_pylist():
        said = digest(json.dumps([row[name] for name in told]))[:24]
        wanted = said not in seen and row["row"] not in without["rows"] and row["document"] not in without["documents"]
        seen.add(said)
        yield wanted


def sweep(store: Store, wanted: set[str]) -> None:
    """Remove the files of rows that an earlier curation into the same place left."""
    folders = [REJECTED, *(folder for kind in (DATASET, BENCH) for folder in store.files(kind))]
    for path in (path for folder in folders for path in parquet_files(store, folder)):
        if path not in wanted:
            store.remove(path)


def _write(store: Store, path: str, table: pa.Table) -> None:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    store.write(path, buffer.getvalue())
