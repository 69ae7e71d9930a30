"""Takes documents into a factory as its flow does, with each piece made a row of itself where the flow asks a teacher."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tasks import documents
from tasks.documents.discover import discover
from tasks.factory import registry
from tasks.factory.batches import Batch, planned
from tasks.factory.factory import Factory, Ways, held
from tasks.factory.index import write_index
from tasks.factory.survey import Survey, survey
from tasks.publish.publish import Parts
from tasks.publish.rows import dataset_columns, dataset_row
from tasks.records import Json, Record, identified
from tasks.records.store import Store
from tasks.settings import Settings

SKILL = "reading_comprehension"
SETTINGS = Settings(min_words=3)
Says = Callable[[Record], str]


def passage(piece: Record) -> str:
    return piece.passage


def text(about: str, words: int = 40) -> str:
    """A text that shares no run of words with another."""
    return " ".join(f"{about}{number}" for number in range(words)) + "."


def look(plant: Factory, *places: str | Path) -> Survey:
    """List the documents, compare them with the registry and keep what it learned."""
    files = discover([str(place) for place in places], plant.store.output, may_be_empty=True)
    found = survey(files, plant.registry, plant.withdrawn.files)
    registry.save(plant.store, plant.registry)
    return found


def plan(plant: Factory, *places: str | Path, how: str = "h", limit: int = 0) -> list[Batch]:
    return planned(plant.store, plant.registry, look(plant, *places).fresh, how, plant.now(), limit)


def carry_out(plant: Factory, batch: Batch, says: Says = passage) -> None:
    """Read the batch, make its rows and register it."""
    store = Store(f"{plant.store.output}/{batch.folder}")
    batch.held.clear()
    wanted = partial(batch.wanted, plant.registry.documents.keys(), plant.withdrawn.documents)
    read = documents.read(batch.found, SETTINGS, kinds=["text", "code", "table"], skill=SKILL, wanted=wanted)
    pieces = [piece for document in read for piece in document.pieces]
    store.write_shard("documents", "pieces", pieces, {})
    with Parts(store, f"dataset/{SKILL}", dataset_columns()) as parts:
        for piece in pieces:
            said = [{"role": "user", "content": says(piece)}, {"role": "assistant", "content": "So it is."}]
            parts.add(dataset_row(identified(replace(piece, messages=said))))
    rows = write_index(plant.store, batch.folder)
    batch.close(plant.registry, rows, {SKILL: len(pieces)}, plant.withdrawn.documents)
    registry.save(plant.store, plant.registry)


def run(output: str | Path, *places: str | Path, says: Says = passage, **ways: Any) -> Json | None:
    """One run of the factory; the manifest of the version that it made."""
    with opened(output) as plant:
        for batch in plan(plant, *places):
            carry_out(plant, batch, says)
        return plant.make_version(Ways(**ways), {})


@contextmanager
def opened(output: str | Path) -> Iterator[Factory]:
    with held(str(output), Path("/nonexistent")) as plant:
        yield plant


def latest(output: Path) -> list[Json]:
    """The rows of the newest version."""
    return rows_of(sorted((output / "latest" / "dataset").rglob("*.parquet")))


def rows_of(files: Sequence[Path]) -> list[Json]:
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def about(rows: Sequence[Json]) -> list[str]:
    """The first word of each row, without its number: what it is about."""
    return sorted(str(row["messages"][0]["content"]).split("0")[0] for row in rows)
