"""The end of a run: accepted records as Parquet to train on, rejects with reasons, a manifest whose counts add up, a card."""

from __future__ import annotations

import io
import json
import platform
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.card import card
from tasks.records import Json, Record, Reject, to_json
from tasks.run import STEPS, Run
from tasks.step import code_version
from tasks.store import ShardRef, Store

ROWS_PER_PART = 1_000
_TEXT = pa.string()
_CALL = pa.struct([("id", _TEXT), ("type", _TEXT), ("function", pa.struct([("name", _TEXT), ("arguments", _TEXT)]))])
_MESSAGE = pa.struct([("role", _TEXT), ("content", _TEXT), ("tool_calls", pa.list_(_CALL)), ("tool_call_id", _TEXT)])
_USAGE = pa.struct(
    [
        ("calls", pa.int64()),
        ("prompt_tokens", pa.int64()),
        ("completion_tokens", pa.int64()),
        ("cost_usd", pa.float64()),
    ]
)
_PROVENANCE = pa.struct(
    [
        *((name, _TEXT) for name in ("document", "uri", "title", "kind")),
        *((name, pa.int64()) for name in ("start", "end")),
        *((name, _TEXT) for name in ("transformation", "parent", "lineage")),
    ]
)
_QUALITY = pa.struct(
    [("checks", pa.list_(_TEXT)), ("for_training", pa.bool_()), ("answerable", pa.bool_()), ("difficulty", _TEXT)]
)
DATASET = pa.schema(
    [
        *(("id", _TEXT), ("messages", pa.list_(_MESSAGE))),
        *((name, _TEXT) for name in ("tools", "skill", "task_type")),
        *(("provenance", _PROVENANCE), ("quality", _QUALITY), ("usage", _USAGE)),
    ]
)
REJECTED = pa.schema(
    [
        *((name, _TEXT) for name in ("id", "step", "reason", "detail", "skill", "task_type", "uri")),
        *(("usage", _USAGE), ("record", _TEXT)),
    ]
)


@dataclass
class Finished:
    """What became of one shard of documents: the shards its steps made, and whether it got to the end."""

    shards: dict[str, ShardRef] = field(default_factory=dict)
    problem: str = ""
    stopped: bool = False


def publish(run: Run, documents: Json, finished: list[Finished], facts: Json) -> Json:
    """Write dataset, rejects, manifest and card; the manifest, which comes last, is returned."""
    store = run.store
    accepted = _records(store, [f.shards["verify"] for f in finished if "verify" in f.shards])
    _write_parts(store, f"dataset/{run.skill.name}", DATASET, (_row(record) for record in accepted))
    shards = [*documents["shards"], *(ref for f in finished for ref in f.shards.values())]
    _write_parts(store, "rejected", REJECTED, (_reject_row(item) for item in _rejects(store, shards)))
    value = manifest(run, documents, finished, facts)
    store.write("README.md", card(value).encode())
    store.write_json("manifest.json", value)
    return value


def manifest(run: Run, documents: Json, finished: list[Finished], facts: Json) -> Json:
    """Counts that add up, versions, settings and prompt hashes."""
    steps = {step: _sum([run.store.counts(f.shards[step]) for f in finished if step in f.shards]) for step in STEPS}
    rejected: Counter[str] = Counter(documents["rejected_by"])
    for counts in steps.values():
        rejected.update(counts["rejected_by"])
    usage, price = run.teacher.usage, run.teacher.cost()
    return {
        "skill": run.skill.name,
        "complete": not any(f.problem for f in finished),
        "shards": {"total": len(finished), "unfinished": sum(bool(f.problem) for f in finished)},
        "documents": {name: documents[name] for name in ("read", "used", "rejected", "passages")},
        "steps": steps,
        "accepted": steps["verify"]["records_out"],
        "rejected": dict(sorted(rejected.items())),
        "calls": {
            "made": usage.made,
            "replayed": usage.replayed,
            "failed": usage.failed,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "cost_usd": None if price is None else round(price, 6),
        },
        "teacher": {"model": run.teacher.endpoint.model, "endpoint": run.teacher.endpoint.name},
        "seed": run.seed,
        "settings": run.settings.model_dump(mode="json"),
        "prompts": {name: agent.sha256 for name, agent in sorted(run.skill.agents.items())},
        "versions": versions(),
        **facts,
    }


def versions() -> Json:
    packages = ("agentinstruct", "prefect", "langchain-core", "langchain-openai", "openai", "pyarrow", "kreuzberg")
    return {"python": platform.python_version(), "code": code_version(), **{name: version(name) for name in packages}}


def _sum(parts: list[Json]) -> Json:
    total: Json = {}
    numbers = ("records_in", "records_out", "inputs_without_output", "calls", "prompt_tokens", "completion_tokens")
    for name in numbers:
        total[name] = sum(part[name] for part in parts)
    by_reason: Counter[str] = Counter()
    for part in parts:
        by_reason.update(part["rejected"])
    costs = [part["cost_usd"] for part in parts]
    return {
        **total,
        "rejected": by_reason.total(),
        "rejected_by": dict(sorted(by_reason.items())),
        "cost_usd": None if None in costs else round(sum(costs), 6),
    }


def _records(store: Store, shards: Iterable[ShardRef]) -> Iterator[Record]:
    for ref in shards:
        yield from store.records(ref)


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


def _row(record: Record) -> Json:
    source = record.source
    return _encodable(
        {
            "id": record.id,
            "messages": [{"tool_calls": None, "tool_call_id": None, **message} for message in record.messages],
            "tools": json.dumps(record.tools, ensure_ascii=False) if record.tools else None,
            "skill": record.skill,
            "task_type": record.task_type,
            "provenance": {
                "document": source.id,
                "uri": source.uri,
                "title": source.title,
                "kind": source.kind,
                "start": source.start,
                "end": source.end,
                "transformation": record.transformation,
                "parent": record.parent,
                "lineage": json.dumps(record.lineage),
            },
            "quality": {
                "checks": list(record.checks),
                "for_training": all(event.get("model") != "offline" for event in record.lineage),
                "answerable": record.answerable,
                "difficulty": record.difficulty,
            },
            "usage": paid(record),
        }
    )


def _reject_row(reject: Reject) -> Json:
    record = reject.record
    return _encodable(
        {
            "id": record.id,
            "step": reject.step,
            "reason": reject.reason,
            "detail": reject.detail,
            "skill": record.skill,
            "task_type": record.task_type,
            "uri": record.source.uri,
            "usage": paid(record),
            "record": to_json(record),
        }
    )


def paid(record: Record) -> Json:
    """What the calls along a record's lineage took; siblings share their ancestors' calls, so this does not add up over rows."""
    calls = {event["call"]: event for event in record.lineage if event.get("call")}.values()
    costs = [event["cost_usd"] for event in calls]
    return {
        "calls": len(calls),
        "prompt_tokens": sum(event["prompt_tokens"] for event in calls),
        "completion_tokens": sum(event["completion_tokens"] for event in calls),
        "cost_usd": None if None in costs else round(sum(costs), 8),
    }


def _encodable(value: Json) -> Json:
    """Parquet strings are UTF-8: lone surrogates, which no reader could open, become the replacement character."""

    def walk(item: object) -> object:
        if isinstance(item, str):
            return item if item.isascii() else item.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        if isinstance(item, list):
            return [walk(each) for each in item]
        if isinstance(item, dict):
            return {key: walk(each) for key, each in item.items()}
        return item

    result = walk(value)
    assert isinstance(result, dict)
    return result
