"""Answers on disk: a file for each student and shard, whole or absent."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.publish.run_directory import parquet_files
from tasks.records import Json
from tasks.records.store import Store

ANSWERS = "answers"
_FOR_NOW = "endpoint_error"
"""Why an item is undecided that another try may decide."""


def write_answers(store: Store, path: str, rows: Sequence[Json], columns: pa.Schema) -> Json:
    """Write the rows; a reference to them, without text."""
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([_encodable(row) for row in rows], columns), buffer, compression="zstd")
    data = buffer.getvalue()
    store.write(path, data)
    return {"uri": path, "rows": len(rows), "sha256": hashlib.sha256(data).hexdigest()}


def read_answers(store: Store, ref: Json) -> list[Json]:
    """The rows of a reference."""
    found: list[Json] = store.table(ref["uri"]).to_pylist()
    return found


def finished(store: Store, path: str) -> Json | None:
    """A reference to rows that are there and need no other try; None if there are none."""
    try:
        data = store.read(path)
        reasons = pq.read_table(io.BytesIO(data), columns=["undecided"], use_threads=False)["undecided"].to_pylist()
    except (FileNotFoundError, pa.ArrowInvalid, KeyError):
        return None
    if any(reason and _FOR_NOW in reason for reason in reasons):
        return None
    return {"uri": path, "rows": len(reasons), "sha256": hashlib.sha256(data).hexdigest()}


def held_out_of(store: Store, folder: str) -> list[Json]:
    """A student's answers to held-out rows, of an examination that is over."""
    tables = [store.table(path) for path in parquet_files(store, f"{ANSWERS}/{folder}")]
    return [row for table in tables if "skill" in table.column_names for row in table.to_pylist()]


def sweep(store: Store, folder: str, wanted: Collection[str]) -> None:
    """Remove the student's answers that an earlier examination into the same place left."""
    for path in parquet_files(store, f"{ANSWERS}/{folder}"):
        if path not in wanted:
            store.remove(path)


def _encodable(row: Json) -> Json:
    return {name: _text(value) if isinstance(value, str) else value for name, value in row.items()}


def _text(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
