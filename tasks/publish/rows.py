"""Rows of the dataset and of the rejects: what a person who trains on them, or looks into them, finds in each column.

No column's type follows from the catalogue: rows of other skills, and of versions with other checks, can be put together.
`docs/rows.md` tells what stands in each column.
"""

from __future__ import annotations

import json

import pyarrow as pa

from tasks.publish.run_directory import listed
from tasks.records import Json, Record, Reject, to_json
from tasks.steps.difficulty import MEASURES

_TEXT = pa.string()
_CALL = pa.struct([("id", _TEXT), ("type", _TEXT), ("function", pa.struct([("name", _TEXT), ("arguments", _TEXT)]))])
_MESSAGE = pa.struct([("role", _TEXT), ("content", _TEXT), ("tool_calls", pa.list_(_CALL)), ("tool_call_id", _TEXT)])
_CHECKS = pa.list_(pa.struct([("check", _TEXT), ("result", _TEXT)]))
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
        *((name, _TEXT) for name in ("transformation", "parent")),
        ("evidence", pa.list_(_TEXT)),
        *((name, _TEXT) for name in ("constraints", "lineage")),
    ]
)
_QUALITY = pa.struct(
    [
        *(("passed", pa.int64()), ("skipped", pa.int64())),
        *(("score", pa.float64()), ("flags", pa.list_(_TEXT))),
        *((name, pa.float64()) for name in ("solve_rate_teacher", "solve_rate_student")),
        ("difficulty_band", _TEXT),
        *(("for_training", pa.bool_()), ("answerable", pa.bool_()), ("difficulty", _TEXT)),
    ]
)
AXES = ("difficulty", "focus", "register", "persona", "length", "output_format", "language")
"""Axes with a column of their own; what a skill or task type draws besides stands in `others`."""
_FEEDBACK = [
    *((name, _TEXT) for name in ("id", "row", "document", "skill", "task_type", "reason", "finding")),
    *(("score", pa.float64()), ("for_training", pa.bool_()), ("tools", _TEXT)),
]
_REVIEWED = pa.schema([*_FEEDBACK, ("good", pa.bool_()), ("messages", pa.list_(_MESSAGE))])
_PAIR = [*((name, pa.list_(_MESSAGE)) for name in ("prompt", "chosen", "rejected")), ("margin", pa.float64())]
FEEDBACK = {"critiques": _REVIEWED, "revisions": _REVIEWED, "preferences": pa.schema([*_FEEDBACK, *_PAIR])}
"""Sort of feedback -> its columns; `row` is the id of the record that it is about, `document` that of its source, `reason` the
check that was failed."""
REJECTED = pa.schema(
    [
        *((name, _TEXT) for name in ("id", "step", "reason", "detail", "skill", "task_type", "uri")),
        *(("usage", _USAGE), ("record", _TEXT)),
    ]
)


def dataset_columns() -> pa.Schema:
    """The columns of a row."""
    return pa.schema(
        [
            *(("id", _TEXT), ("messages", pa.list_(_MESSAGE))),
            *(("instruction", _TEXT), ("options", pa.list_(_TEXT)), ("passage", _TEXT)),
            *((name, _TEXT) for name in ("tools", "skill", "task_type", "answer_form", "strategy")),
            *(("key", pa.list_(_TEXT)), ("axes", pa.struct([(name, _TEXT) for name in (*AXES, "others")]))),
            *(("checks", _CHECKS), ("quality", _QUALITY)),
            *(("provenance", _PROVENANCE), ("usage", _USAGE)),
        ]
    )


def _other_axes(record: Record) -> str | None:
    """What was drawn for the record beside the axes that every skill has, as a JSON object."""
    others = {name: value for name, value in record.axes.items() if name not in AXES}
    return json.dumps(others, ensure_ascii=False, sort_keys=True) if others else None


def dataset_row(record: Record) -> Json:
    """The columns of `dataset_columns` for an accepted record."""
    source = record.source
    return _encodable(
        {
            "id": record.id,
            "messages": _messages(record.messages),
            "instruction": record.instruction or None,
            "options": record.options,
            "passage": record.passage or None,
            "tools": _tools(record),
            "skill": record.skill,
            "task_type": record.task_type,
            "answer_form": record.answer_form,
            "strategy": record.strategy or None,
            "axes": {**{name: record.axes.get(name) for name in AXES}, "others": _other_axes(record)},
            "key": record.key or [json.dumps(call, ensure_ascii=False) for call in record.calls],
            "provenance": {
                "document": source.id,
                "uri": source.uri,
                "title": source.title,
                "kind": source.kind,
                "start": source.start,
                "end": source.end,
                "transformation": record.transformation,
                "parent": record.parent,
                "evidence": record.evidence,
                "constraints": json.dumps(record.constraints, ensure_ascii=False) if record.constraints else None,
                "lineage": json.dumps(record.lineage),
            },
            "checks": listed(record.checks),
            "quality": {
                "passed": sum(result == "pass" for result in record.checks.values()),
                "skipped": sum(result != "pass" for result in record.checks.values()),
                "score": record.quality.get("score"),
                **{name: record.quality.get(name) for name in MEASURES},
                "flags": record.quality.get("flags", []),
                "for_training": _for_training(record),
                "answerable": record.answerable,
                "difficulty": record.difficulty,
            },
            "usage": paid(record),
        }
    )


def feedback_row(facts: Json, record: Record) -> Json:
    """The columns of `FEEDBACK` for what a record teaches about answers."""
    spoken: Json = {n: _messages(facts[n]) for n in ("messages", "prompt", "chosen", "rejected") if n in facts}
    told = {"document": record.source.id, "tools": _tools(record), "for_training": _for_training(record)}
    return _encodable({**facts, **spoken, **told})


def _tools(record: Record) -> str | None:
    return json.dumps(record.tools, ensure_ascii=False) if record.tools else None


def _for_training(record: Record) -> bool:
    return all(event.get("model") != "offline" for event in record.lineage)


def _messages(messages: list[Json]) -> list[Json]:
    return [{"tool_calls": None, "tool_call_id": None, **message} for message in messages]


def reject_row(reject: Reject) -> Json:
    """The columns of `REJECTED`; the record itself as one JSON text."""
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
