"""The index of a batch: one line for each row that it gave, small enough to choose from without opening the rows."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.records import Json, digest
from tasks.records.store import Store

INDEX = "rows.parquet"
DATASET, FEEDBACK = "dataset", "feedback"
_SCHEMA = pa.schema([(name, pa.string()) for name in ("part", "id", "row", "document", "said")])


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a batch."""

    id: str
    row: str
    """The row of the dataset that a row of feedback is about; its own id for one of the dataset."""
    document: str
    said: str
    """Hash of what is said in it: two rows that say the same are one."""


def write_index(store: Store, folder: str) -> int:
    """Write the index of the batch in `folder`, and count the rows of its dataset."""
    lines = [(part, line) for part in parts(store, folder) for line in _lines(store, folder, part)]
    table = pa.Table.from_pylist(
        [
            {"part": part, "id": line.id, "row": line.row, "document": line.document, "said": line.said}
            for part, line in lines
        ],
        _SCHEMA,
    )
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    store.write(f"{folder}/{INDEX}", buffer.getvalue())
    return sum(part.startswith(DATASET) for part, _ in lines)


def read_index(store: Store, folder: str) -> dict[str, list[Line]]:
    """Part of the batch -> its rows in order."""
    columns = store.table(f"{folder}/{INDEX}").to_pydict()
    found: dict[str, list[Line]] = {}
    for part, *facts in zip(*(columns[name] for name in _SCHEMA.names), strict=True):
        found.setdefault(part, []).append(Line(*facts))
    return found


def dataset_lines(store: Store, folder: str) -> Iterator[Line]:
    """The rows of a batch's dataset."""
    for part, lines in read_index(store, folder).items():
        yield from lines if part.startswith(f"{DATASET}/") else ()


def parts(store: Store, folder: str) -> list[str]:
    """The files of rows and of feedback of a run directory in `folder`, as paths below it."""
    skills = store.files(f"{folder}/{DATASET}")
    sorts = [sort for skill in store.files(f"{folder}/{FEEDBACK}") for sort in store.files(skill)]
    found = [part for each in (*skills, *sorts) for part in store.files(each) if part.endswith(".parquet")]
    return [part.removeprefix(f"{folder}/") for part in found]


def _lines(store: Store, folder: str, part: str) -> Iterator[Line]:
    of_dataset = part.startswith(f"{DATASET}/")
    told = ["messages", "tools"] if of_dataset else _told(store, f"{folder}/{part}")
    needed = ["id", "provenance.document"] if of_dataset else ["id", "row", "document"]
    for row in store.table(f"{folder}/{part}", [*needed, *told]).to_pylist():
        document = row["provenance"]["document"] if of_dataset else row["document"]
        yield Line(row["id"], row.get("row", row["id"]), document, _said([row[name] for name in told]))


def _told(store: Store, path: str) -> list[str]:
    names = store.columns(path).names
    return [name for name in ("messages", "prompt", "chosen", "rejected", "tools") if name in names]


def _said(parts: list[Json]) -> str:
    return digest(json.dumps(parts, ensure_ascii=True, sort_keys=True))[:24]
