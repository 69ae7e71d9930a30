"""Curation of a version: all rows that its batches give are chosen from together, each batch being examined once for good."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import pyarrow as pa

from tasks.curation.choice import Contaminated
from tasks.curation.contamination import contaminated, hits_in, index_against, listed
from tasks.curation.decontamination import Hits
from tasks.curation.examples import Example, examples
from tasks.curation.fates import STEPS
from tasks.curation.figures import figures
from tasks.curation.lines import Lines, read_lines, write_lines
from tasks.curation.manifest import reasons
from tasks.curation.page import page
from tasks.curation.rewording import Ask, choose_with, judge_of
from tasks.curation.sameness import alarms, measured, reference_texts
from tasks.curation.shards import Shard, shards_in
from tasks.curation.signatures import VERSION, signature
from tasks.curation.verdicts import read_verdicts
from tasks.factory.batches import BATCHES
from tasks.factory.selection import Selection, without
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.records.store import Store
from tasks.settings import Curating, Watching

FOLDER = "curation"
_SAMPLE = 5_000
"""Rows whose sameness is measured."""


Shown = dict[tuple[str, str], Example]
"""Step and reason -> a row that fell out for it."""


def curated(
    store: Store, selection: Selection, settings: Curating, before: Json, ask: Ask | None
) -> tuple[Selection, Json, Shown]:
    """The selection without what curation drops and with some rows held out, what a version tells of it, and examples.

    Documents that the version `before` held out stay so, and its rows to train on are not held out later. Without `ask` a judge's
    verdicts are those that were kept.
    """
    shards = list(_shards(store, selection))
    whole = [_examined(store, shard) for shard in shards]
    wanted = {id for part in selection.parts if part.of_dataset for id in part.kept}
    places = [np.flatnonzero([id in wanted for id in table["id"].to_pylist()]) for table in whole]
    lines = Lines(shards, [table.take(pa.array(place)) for table, place in zip(whole, places, strict=True)])
    held_before = (before.get("curation") or {}).get("held_out_documents", ())
    trained = _documents(lines, {batch["id"] for batch in before.get("batches", ())}, selection) - set(held_before)
    hits = [_hits(store, shard, settings.against) for shard in shards] if settings.against else []
    found = _in_benchmarks(whole, lines, places, settings, hits) if hits else {}
    near = [of_shard.only(place) for of_shard, place in zip(hits, places, strict=False)]
    ask = ask or (lambda _: read_verdicts(store, FOLDER))
    chosen = choose_with(lines, settings, found, near, judge_of(settings), ask, held_before, trained)
    fates, held = chosen.fates, chosen.held_out
    alive = set(fates.alive.tolist())
    dropped = {lines.id(row): fates.why(row)[1] for row in range(len(lines)) if row not in alive}
    funnel = fates.funnel()
    told = {
        "settings": settings.model_dump(mode="json"),
        "held_out": int(fates.held[fates.alive].sum()),
        "held_out_documents": held,
        "funnel": funnel,
        "funnel_steps": list(STEPS),
        "dropped": reasons(funnel),
        "against": listed(settings.against),
        "judge": chosen.judged,
        **figures(fates),
    }
    return without(selection, dropped, set(held)), told, examples(fates)


def report(facts: Json, shown: Shown) -> bytes:
    """The page of a version, by what its manifest tells."""
    curation, skills = facts["curation"], facts["skills"]
    teacher = str((facts.get("teacher") or {}).get("model"))
    made_by = {"teacher": teacher, "versions": facts["versions"]}
    rows_in = sum(next(iter(steps.values()))["in"] for steps in curation["funnel"].values())
    told = {
        **curation,
        "accepted": facts["rows"],
        "rows_in": rows_in,
        "skills": skills,
        "teacher": {"model": teacher},
        "runs": [{"directory": each["id"], "accepted": each["gave"], **made_by} for each in facts["batches"]],
    }
    return page(told, shown)


def _documents(lines: Lines, batches: Collection[str], selection: Selection) -> set[str]:
    """The documents of these batches."""
    of_batches = [n for n, shard in enumerate(lines.shards) if selection.batches[shard.run] in batches]
    codes, names = lines.codes("document")
    return {names[code] for code in np.unique(codes[np.isin(lines.shard, of_batches)])}


def _shards(store: Store, selection: Selection) -> Iterator[Shard]:
    for place, batch in enumerate(selection.batches):
        run = RunDirectory(f"{store.output.rstrip('/')}/{BATCHES}/{batch}")
        parts = [part.part for part in selection.parts if part.batch == batch and part.of_dataset]
        for skill in sorted({part.split("/")[1] for part in parts}):
            yield from shards_in(place, run, skill, sorted(part for part in parts if part.split("/")[1] == skill))


def sameness(store: Store, selection: Selection, bounds: Watching, before: Json) -> Json:
    """How much the rows of a selection are alike, and why they must not be published, if so."""
    reference = reference_texts(bounds.reference) if bounds.reference else ()
    now = measured(_sample(store, selection), reference)
    return {**now, "alarms": alarms(now, before.get("sameness"), bounds)}


def _sample(store: Store, selection: Selection) -> Iterator[Json]:
    parts = [part for part in selection.parts if part.of_dataset]
    each = max(1, _SAMPLE // max(len(parts), 1))
    for part in parts:
        table = store.table(f"{BATCHES}/{part.batch}/{part.part}")
        names = [name for name in ("instruction", "messages") if name in table.column_names]
        yield from table.select(names).filter(pa.array(part.keep)).slice(0, each).to_pylist()


def _examined(store: Store, shard: Shard) -> pa.Table:
    path = f"{FOLDER}/{shard.content}-{VERSION}.arrow"
    if not store.fs.exists(store.path(path)):
        write_lines(store, path, signature(shard))
    return read_lines(store, path)


def _in_benchmarks(
    whole: Sequence[pa.Table], lines: Lines, places: Sequence[np.ndarray], settings: Curating, hits: Sequence[Hits]
) -> Contaminated:
    """Rows that hold an item of a benchmark, by their number among those that are chosen from."""
    found = contaminated(Lines(lines.shards, whole), settings.against, hits)
    starts = np.cumsum([0, *(table.num_rows for table in whole)])
    numbers = {
        int(starts[n] + place): int(lines.starts[n] + at) for n, of in enumerate(places) for at, place in enumerate(of)
    }
    return {numbers[row]: told for row, told in found.items() if row in numbers}


def _hits(store: Store, shard: Shard, against: tuple[str, ...]) -> Hits:
    path = f"{FOLDER}/{shard.content}-{index_against(against)[0].digest[:24]}.npz"
    if not store.fs.exists(store.path(path)):
        store.write(path, hits_in(shard, index_against(against)[0]).to_bytes())
    return Hits.from_bytes(store.read(path))
