"""A curated dataset as it is written: rows by shard, feedback, manifest, card and report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tasks.curation.examples import examples
from tasks.curation.fates import Fates
from tasks.curation.manifest import card, manifest
from tasks.curation.page import REPORT, page
from tasks.curation.rewording import Chosen
from tasks.curation.sameness import alarms, measured
from tasks.curation.shards import Shard
from tasks.curation.suspects import forget_suspects, write_suspects
from tasks.curation.writing import DATASET, FALLEN, HELD, KEPT, Part, sweep, write_feedback
from tasks.publish.feedback import SORTS
from tasks.publish.run_directory import RunDirectory
from tasks.records import Json
from tasks.records.store import Store
from tasks.settings import Curating, Watching

_SAMPLE = 5_000
"""Rows whose sameness is measured."""


def parts_of(fates: Fates) -> list[Part]:
    """What becomes of each shard's rows."""
    lines = fates.lines
    alive = set(fates.alive.tolist())
    found = []
    for place, shard in enumerate(lines.shards):
        start, end = int(lines.starts[place]), int(lines.starts[place + 1])
        fate = [(HELD if fates.held[row] else KEPT) if row in alive else FALLEN for row in range(start, end)]
        why = {row - start: fates.why(row) for row in range(start, end) if row not in alive}
        found.append(Part(shard, bytes(fate), why))
    return found


def part_to_json(part: Part) -> Json:
    """The part as a task's parameter: ids and reasons, no text."""
    shard = {**vars(part.shard), "parts": list(part.shard.parts)}
    return {"shard": shard, "fates": part.fates.hex(), "why": {str(row): list(why) for row, why in part.why.items()}}


def part_from_json(told: Json) -> Part:
    why = {int(row): (step, reason, detail, match) for row, (step, reason, detail, match) in told["why"].items()}
    return Part(shard_from_json(told["shard"]), bytes.fromhex(told["fates"]), why)


def shard_from_json(told: Json) -> Shard:
    return Shard(**{**told, "parts": tuple(told["parts"])})


def _sample(store: Store, parts: Sequence[Part]) -> Iterator[Json]:
    """Some of the rows to train on, of each file the first."""
    paths = [path for part in parts for path in part.places() if path.startswith(f"{DATASET}/")]
    for path in paths:
        table = store.table(path, ["instruction", "messages"])
        yield from table.slice(0, max(1, _SAMPLE // len(paths))).to_pylist()


def finish(
    store: Store,
    runs: Sequence[RunDirectory],
    chosen: Chosen,
    parts: Sequence[Part],
    against: Sequence[Json],
    settings: Curating,
) -> Json:
    """Write what is told of the dataset once its rows are there, and remove what an earlier one left; its manifest."""
    fates, held = chosen.fates, chosen.held_out
    lines, dropped = fates.lines, set(range(len(fates.lines))) - set(fates.training.tolist())
    without: Mapping[str, set[str]] = {"documents": set(held), "rows": {lines.id(row) for row in dropped}}
    feedback = write_feedback(store, [run.store for run in runs], without, SORTS, lines.skills)
    told = manifest(runs, fates, held, feedback, against, settings, chosen.judged)
    alike = measured(_sample(store, parts))
    told["sameness"] = {**alike, "alarms": alarms(alike, None, Watching())}
    if chosen.suspects is None:
        forget_suspects(store)
    else:
        write_suspects(store, lines, chosen.suspects, chosen.verdicts if chosen.judged else None)
    sweep(store, {path for part in parts for path in part.places()})
    store.write(REPORT, page(told, examples(fates)))
    store.write("README.md", card(told).encode())
    store.write_json("manifest.json", told)
    return told
