"""A run directory as it is read: its manifest, its rows and rejects, a batch in memory at a time, and how each came about."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as pq

from tasks.records import Json, Record, Source
from tasks.records.store import Store

ROWS, REJECTS = "dataset/{}", "rejected"
"""Where the rows of a skill are, and the rejects of all."""
_ROWS_PER_BATCH = 200


@dataclass(frozen=True, slots=True)
class Stage:
    """A record as one step made it; `reason` and `detail` are those of a reject."""

    step: str
    record: Record
    reason: str = ""
    detail: str = ""


class RunDirectory:
    """What a run left behind in a folder or below an fsspec URL; also one of another version, whose columns may differ."""

    def __init__(self, output: str | Store) -> None:
        """LookupError for a URL whose protocol nothing installed can read."""
        try:
            self.store = Store(output) if isinstance(output, str) else output
        except (ImportError, ValueError) as lacking:
            raise LookupError(f"cannot read {output}: {lacking}") from None
        self.output = self.store.output

    @cached_property
    def manifest(self) -> Json:
        """What the run says of itself; LookupError, in a sentence with its remedy, where there is no manifest."""
        try:
            found = self.store.read_json("manifest.json")
            if found is not None and isinstance(found.get("skills"), dict):
                return _of_version(found) if "version" in found else found
            begun = bool(self.store.files("steps"))
        except OSError as error:
            raise LookupError(f"cannot read {self.output}: {error.strerror or error}") from None
        if begun:
            raise LookupError(
                f"{self.output} holds a run that was cut short before it had published anything: "
                "run the same command again, it repeats nothing that was paid for"
            )
        raise LookupError(
            f"{self.output} is no finished run directory, it has no manifest of one: "
            "give what was the --output of `agentinstruct generate`"
        )

    @property
    def skills(self) -> list[str]:
        """The skills that it has rows of, or might."""
        return list(self.manifest["skills"])

    def rows(
        self,
        skills: Iterable[str] | None = None,
        columns: Iterable[str] | None = None,
        ids: Collection[str] | None = None,
    ) -> Iterator[Json]:
        """Accepted rows of these skills and ids, or of all: all columns, or these, such as `quality.score`."""
        for skill in self.skills if skills is None else skills:
            yield from dataset_rows(self.store, skill, columns, ids)

    def rejects(self, columns: Iterable[str] | None = None, ids: Collection[str] | None = None) -> Iterator[Json]:
        """What fell out of any step, or that of these ids; the record itself stands in `record`, as JSON text."""
        return rows_in(self.store, REJECTS, columns, ids)

    def find(self, start: str) -> list[Json]:
        """Accepted rows and rejects whose id begins so; several rejects may have the id of what they were to become."""
        found: list[Json] = []
        for folder in (*(ROWS.format(skill) for skill in self.skills), REJECTS):
            for path in parquet_files(self.store, folder):
                file = opened(self.store, path)
                ids = file.read(["id"], use_threads=False)["id"].to_pylist()
                if places := [place for place, id in enumerate(ids) if id.startswith(start)]:
                    table = file.read(use_threads=False)
                    found += map(present, table.take(pa.array(places, pa.int64())).to_pylist())
        return found

    def records(self, ids: Collection[str]) -> dict[str, Record]:
        """The accepted records of these ids as the last step gave them, as far as its shards are still there."""
        found: dict[str, Record] = {}
        for path in parquet_files(self.store, f"steps/{steps[-1]}") if (steps := _steps(self.store)) and ids else ():
            file = opened(self.store, path)
            names = file.read(["id"], use_threads=False)["id"].to_pylist()
            if places := [place for place, id in enumerate(names) if id in ids]:
                for row in (
                    file.read(["reason", "body"], use_threads=False).take(pa.array(places, pa.int64())).to_pylist()
                ):
                    if row["reason"] is None:
                        record = _record(json.loads(row["body"]))
                        found[record.id] = record
        return found

    def histories(self, ids: Collection[str]) -> dict[str, list[Stage]]:
        """For each of these ids the records that led to it, itself the last, from the piece of the document on.

        Each shard of each step is read once, and what is not asked for is let go. Records that several ids share are the
        same object, and so are their passages. A history starts later where shards are no longer there.
        """
        stages = self._stages(ids)
        return {id: _chain(id, stages) for id in dict.fromkeys(ids)}

    def _stages(self, ids: Iterable[str]) -> dict[str, Stage]:
        """What is asked for and all that it came from, by id; as the first step that had it made it."""
        wanted, stages, passages = set(ids), dict[str, Stage](), dict[str, str]()
        for step in reversed(_steps(self.store)):
            for path in parquet_files(self.store, f"steps/{step}"):
                file = opened(self.store, path)
                names = file.read(["id", "parent"], use_threads=False)
                places = _places(names["id"].to_pylist(), names["parent"].to_pylist(), wanted)
                if not places:
                    continue
                bodies = file.read(["reason", "body"], use_threads=False).take(pa.array(places, pa.int64()))
                made = [_stage(step, body["reason"], body["body"], passages) for body in bodies.to_pylist()]
                for stage in sorted(made, key=lambda stage: not stage.reason):  # a record hides a reject of its id
                    if not (stage.reason and stage.record.id in stages):
                        stages[stage.record.id] = stage
        return stages


def rows_in(
    store: Store, folder: str, columns: Iterable[str] | None = None, ids: Collection[str] | None = None
) -> Iterator[Json]:
    """The rows of all Parquet files in a folder of a run directory; or those of these ids, if `id` is among the columns."""
    chosen = None if columns is None else list(columns)
    wanted = None if ids is None else pa.array(sorted(ids), pa.string())
    for path in parquet_files(store, folder):
        for batch in opened(store, path).iter_batches(_ROWS_PER_BATCH, columns=chosen, use_threads=False):
            kept = batch if wanted is None else batch.filter(compute.is_in(batch["id"], wanted))
            yield from kept.to_pylist()


def dataset_rows(
    store: Store, skill: str, columns: Iterable[str] | None = None, ids: Collection[str] | None = None
) -> Iterator[Json]:
    """The accepted rows of a skill, of whatever version they are; columns that it did not have are not there."""
    return map(present, rows_in(store, ROWS.format(skill), columns, ids))


def present(row: Json) -> Json:
    """A row as this version writes it; once `checks` had a field for each check that there was, null where it did not run."""
    checks = row.get("checks")
    return {**row, "checks": listed(checks)} if isinstance(checks, dict) else row


def listed(checks: Mapping[str, str | None]) -> list[Json]:
    """Check -> result as rows have them, by name: a list, whose type is the same whatever checks there are."""
    return [{"check": name, "result": result} for name, result in sorted(checks.items()) if result is not None]


def results(row: Json) -> dict[str, str]:
    """Check -> "pass", or "skip: why", of a row."""
    return {each["check"]: each["result"] for each in row.get("checks") or ()}


def parquet_files(store: Store, folder: str) -> list[str]:
    """Relative paths of the Parquet files in a folder, sorted."""
    return [path for path in store.files(folder) if path.endswith(".parquet")]


def opened(store: Store, path: str) -> pq.ParquetFile:
    """A Parquet file of a run directory, to be read without Arrow's threads; LookupError if it is damaged."""
    try:
        return pq.ParquetFile(io.BytesIO(store.read(path)), pre_buffer=False)
    except pa.ArrowInvalid:
        raise LookupError(f"{store.path(path)} is damaged: run the same command again, it makes it anew") from None


def _of_version(manifest: Json) -> Json:
    """What a version of a factory says of itself, as a run says it."""
    made: Json = manifest.get("made_by") or {}
    skills = {name: {"accepted": rows} for name, rows in manifest["skills"].items()}
    told = {
        "skills": skills,
        "accepted": manifest.get("rows"),
        "teacher": {"model": made.get("teacher")},
        "complete": True,
    }
    return {**manifest, **made, **told}


def _steps(store: Store) -> list[str]:
    """The steps whose shards lie there, in the order in which they ran; those of another version last."""
    from tasks.steps.pipeline import PIPELINE  # brings all kinds of task with it, which a list of runs has no need of

    there = [folder.rsplit("/", 1)[-1] for folder in store.files("steps")]
    order = ["documents", *(step.name for step in PIPELINE)]
    return [*(name for name in order if name in there), *(name for name in there if name not in order)]


def _places(ids: Sequence[str], parents: Sequence[str], wanted: set[str]) -> list[int]:
    """Where in a shard the wanted records are; their parents, which may be of the same shard, are wanted from now on."""
    by_id: dict[str, list[int]] = {}
    for place, id in enumerate(ids):
        by_id.setdefault(id, []).append(place)
    found: dict[int, None] = {}
    waiting = [id for id in by_id if id in wanted]
    while waiting:
        for place in by_id[waiting.pop()]:
            found[place] = None
            if (parent := parents[place]) and parent not in wanted:
                wanted.add(parent)
                waiting += [parent] if parent in by_id else []
    return list(found)


def _stage(step: str, reason: str | None, body: str, passages: dict[str, str]) -> Stage:
    raw = json.loads(body)
    record, detail = (raw, "") if reason is None else (raw["record"], raw.get("detail", ""))
    text = record.get("passage", "")
    return Stage(step, _record({**record, "passage": passages.setdefault(text, text)}), reason or "", detail)


def _record(raw: Json) -> Record:
    """The record, without what another version put into it."""
    known, of_source = ({f.name for f in fields(kind)} for kind in (Record, Source))
    source = Source(**{name: value for name, value in raw["source"].items() if name in of_source})
    return Record(**{**{name: value for name, value in raw.items() if name in known}, "source": source})


def fallen(reject: Json) -> Stage:
    """The last state of a reject, by its row."""
    return Stage(reject["step"], _record(json.loads(reject["record"])), reject["reason"], reject["detail"] or "")


def _chain(id: str, stages: dict[str, Stage]) -> list[Stage]:
    chain: list[Stage] = []
    seen: set[str] = set()
    while id in stages and id not in seen:
        seen.add(id)
        chain.append(stages[id])
        id = stages[id].record.parent
    return chain[::-1]
