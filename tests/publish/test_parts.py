"""Parts of what is published: none without a row, since one such part keeps `load_dataset` from reading all others."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.publish.publish import ROWS_PER_PART, Parts
from tasks.records.store import Store

SCHEMA = pa.schema([("id", pa.string())])


def write(store: Store, rows: int) -> list[int]:
    """Write so many rows; the rows of each part that is there then."""
    with Parts(store, "dataset/a", SCHEMA) as parts:
        for number in range(rows):
            parts.add({"id": str(number)})
    return [pq.read_metadata(store.path(path)).num_rows for path in store.files("dataset/a")]


def test_a_skill_without_rows_has_no_part(tmp_path: Path) -> None:
    assert write(Store(str(tmp_path)), 0) == []


def test_parts_are_filled_before_another_begins(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    assert write(store, ROWS_PER_PART) == [ROWS_PER_PART]
    assert write(store, ROWS_PER_PART + 1) == [ROWS_PER_PART, 1]


def test_a_run_without_rows_removes_the_parts_of_the_one_before(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    assert write(store, 1) == [1]
    assert write(store, 0) == []


def test_what_fails_half_way_removes_nothing(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    write(store, 2)
    try:
        with Parts(store, "dataset/a", SCHEMA):
            raise KeyError
    except KeyError:
        pass
    assert [pq.read_metadata(store.path(path)).num_rows for path in store.files("dataset/a")] == [2]
