"""The end of a run: accepted records as Parquet to train on, rejects with reasons, a card, a manifest."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.publish.accepted import Accepted
from tasks.publish.card import card
from tasks.publish.manifest import Coverage, Finished, manifest
from tasks.publish.rows import DATASET, PREFERENCES, REJECTED, dataset_row, preference_rows, reject_row
from tasks.records import Json, Reject
from tasks.records.store import ShardRef, Store
from tasks.steps.run import Run
from tasks.steps.variety import habits

ROWS_PER_PART = 1_000


def publish(run: Run, finished: list[Finished]) -> Json:
    """Write dataset, rejects, manifest and card; the manifest, which comes last, is returned."""
    store, last = run.store, run.pipeline[-1].name
    accepted = Accepted(
        run, {s: [f.shards[last] for f in finished if f.skill == s and last in f.shards] for s in run.mix.skills}
    )
    coverage = [Coverage(skill) for skill in run.mix.skills.values()]
    for each in coverage:
        name = each.skill.name
        rows = (dataset_row(record) for record in each.counted(accepted.records(name)))
        _write_parts(store, f"dataset/{name}", DATASET, rows)
        each.habits = habits(accepted.records(name))
        if run.settings.preference_pairs:
            pairs = (row for record in accepted.records(name) for row in preference_rows(record))
            _write_parts(store, f"preferences/{name}", PREFERENCES, pairs)
    _remove_others(store, run.mix.skills)
    shards = [*(shard.ref for shard in run.pieces.shards), *(ref for f in finished for ref in f.shards.values())]
    fallen = chain(_rejects(store, shards), accepted.repeats())
    _write_parts(store, "rejected", REJECTED, (reject_row(item) for item in fallen))
    value = manifest(run, finished, coverage, accepted.repeated)
    store.write("README.md", card(value).encode())
    store.write_json("manifest.json", value)
    return value


def _remove_others(store: Store, skills: Collection[str]) -> None:
    """Remove the rows of skills that an earlier run of another mix left behind."""
    for kind in ("dataset", "preferences"):
        for folder in store.files(kind):
            if folder.rsplit("/", 1)[-1] not in skills:
                for part in store.files(folder):
                    store.remove(part)


def _rejects(store: Store, shards: Iterable[ShardRef]) -> Iterator[Reject]:
    for ref in shards:
        if ref["rejects"]:
            yield from (item for item in store.items(ref) if isinstance(item, Reject))


def _write_parts(store: Store, folder: str, schema: pa.Schema, rows: Iterator[Json]) -> None:
    """Parts of so many rows each, at least one; parts of an earlier run that are no longer needed go last."""
    written: list[str] = []
    while True:
        part = list(islice(rows, ROWS_PER_PART))
        if not part and written:
            break
        buffer = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(part, schema), buffer, compression="zstd")
        written.append(f"{folder}/part-{len(written):05d}.parquet")
        store.write(written[-1], buffer.getvalue())
    for stale in set(store.files(folder)) - set(written):
        store.remove(stale)
