"""Rows as an earlier version wrote them: a field of `checks` for each check that it knew, and no task apart from the messages."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.publish.run_directory import parquet_files
from tasks.records.store import Store

CHECKS = ("complete", "guess", "no_leak")
"""All that there were."""
LATER = ["instruction", "options", "passage"]


def write_as_earlier(store: Store, folder: str) -> None:
    """Rewrite the rows in a folder of a run directory as they once were."""
    for path in parquet_files(store, folder):
        table = store.table(path)
        told = [{each["check"]: each["result"] for each in row} for row in table["checks"].to_pylist()]
        checks = pa.array(told, pa.struct([(name, pa.string()) for name in CHECKS]))
        earlier = table.drop_columns(LATER).set_column(table.schema.get_field_index("checks") - 3, "checks", checks)
        buffer = io.BytesIO()
        pq.write_table(earlier, buffer)
        store.write(path, buffer.getvalue())
