"""The end of a run: accepted records as Parquet to train on, rejects with reasons, a card, a manifest."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from itertools import chain

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.publish.accepted import Accepted
from tasks.publish.card import card
from tasks.publish.feedback import Feedback
from tasks.publish.finished import Finished
from tasks.publish.manifest import Coverage, manifest
from tasks.publish.rows import FEEDBACK, REJECTED, dataset_columns, dataset_row, feedback_row, reject_row
from tasks.publish.wanted import Wanted
from tasks.records import Json, Reject
from tasks.records.store import ShardRef, Store
from tasks.steps.run import Run
from tasks.steps.variety import habits

ROWS_PER_PART = 1_000


def publish(run: Run, finished: list[Finished], wanted: Wanted = Wanted()) -> Json:  # noqa: B008 (frozen)
    """Write dataset, rejects, manifest and card; the manifest, which comes last, is returned.

    Rows beyond those that are `wanted` are left out: the first of `finished` go before.
    """
    store = run.store
    accepted = Accepted(run, finished)
    accepted.keep(wanted)
    coverage = [Coverage(skill) for skill in run.mix.skills.values()]
    for each in coverage:
        name = each.skill.name
        rows = (dataset_row(record) for record in each.counted(accepted.records(name)))
        _write_parts(store, f"dataset/{name}", dataset_columns(), rows)
        each.habits = habits(accepted.records(name))
        each.feedback = _write_feedback(run, name, accepted)
    _remove_others(store, run.mix.skills)
    shards = [*(shard.ref for shard in run.pieces.shards), *(ref for f in finished for ref in f.shards.values())]
    fallen = chain(_rejects(store, shards), accepted.fallen())
    _write_parts(store, "rejected", REJECTED, (reject_row(item) for item in fallen))
    value = manifest(run, finished, coverage, accepted, wanted)
    store.write("README.md", card(value).encode())
    store.write_json("manifest.json", value)
    return value


def _remove_others(store: Store, skills: Collection[str]) -> None:
    """Remove the rows of skills that an earlier run of another mix left behind."""
    for kind in ("dataset", "feedback"):
        for folder in store.files(kind):
            if folder.rsplit("/", 1)[-1] not in skills:
                below = [folder] if kind == "dataset" else store.files(folder)
                for part in (part for each in below for part in store.files(each)):
                    store.remove(part)


def _rejects(store: Store, shards: Iterable[ShardRef]) -> Iterator[Reject]:
    for ref in shards:
        if ref["rejects"]:
            yield from (item for item in store.items(ref) if isinstance(item, Reject))


def _write_feedback(run: Run, skill: str, accepted: Accepted) -> Json:
    """Write what the skill's accepted records and rejected responses teach, and count it."""
    on, feedback = run.settings.feedback_rows, Feedback(run.of(skill))
    with ExitStack() as stack:
        parts = {
            sort: stack.enter_context(Parts(run.store, f"feedback/{skill}/{sort}", schema))
            for sort, schema in FEEDBACK.items()
        }
        for record in accepted.records(skill) if on else ():
            for sort, facts in feedback.of_record(record):
                parts[sort].add(feedback_row(facts, record))
        for reject in accepted.rejects(skill) if on else ():
            for sort, facts in feedback.of_reject(reject):
                parts[sort].add(feedback_row(facts, reject.record))
    return feedback.table()


def _write_parts(store: Store, folder: str, schema: pa.Schema, rows: Iterator[Json]) -> None:
    """All rows in parts; none without a row, which `load_dataset` could not read."""
    with Parts(store, folder, schema) as parts:
        for row in rows:
            parts.add(row)


class Parts(AbstractContextManager["Parts"]):
    """A folder of Parquet parts of so many rows each; those of an earlier run that are no longer needed go last."""

    def __init__(self, store: Store, folder: str, schema: pa.Schema) -> None:
        self._store, self._folder, self._schema = store, folder, schema
        self._rows: list[Json] = []
        self._written: list[str] = []

    def add(self, row: Json) -> None:
        self._rows.append(row)
        if len(self._rows) == ROWS_PER_PART:
            self._write()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return
        if self._rows:
            self._write()
        for stale in set(self._store.files(self._folder)) - set(self._written):
            self._store.remove(stale)

    def _write(self) -> None:
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(self._rows, self._schema), buffer, compression="zstd")
        self._written.append(f"{self._folder}/part-{len(self._written):05d}.parquet")
        self._store.write(self._written[-1], buffer.getvalue())
        self._rows = []
