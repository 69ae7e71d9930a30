"""One record as the reader shows it: its conversation, the stages it went through, its checks and what was paid."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from tasks.publish.run_directory import Stage, results
from tasks.records import Json, Record

MOST = 20_000
"""Characters of one text that are shown."""
_OPENING = 140
_OF_EVENT = {"prompt_tokens": "read", "completion_tokens": "written", "cost_usd": "cost"}
_QUALITY = ("score", "flags", "solve_rate_teacher", "solve_rate_student", "difficulty_band", "difficulty")


def of_row(row: Json) -> Json:
    """An accepted row; what its columns do not hold comes from its history."""
    origin = row["provenance"]
    source = {name: origin.get(name) for name in ("uri", "title", "kind", "start", "end")}
    return {
        "id": row["id"],
        "skill": row["skill"],
        "type": row["task_type"] or "",
        "messages": [_message(message) for message in row["messages"]],
        "tools": _pretty(row["tools"]),
        "source": source,
        "document": origin.get("document") or "",
        "transformation": origin.get("transformation") or "",
        "passage": row.get("passage") or "",
        "last": {
            "instruction": row.get("instruction") or "",
            "options": list(row.get("options") or ()),
            "key": list(row["key"] or ()),
            "evidence": list(origin.get("evidence") or ()),
            "constraints": _pretty(origin.get("constraints")),
        },
        "axes": {name: value for name, value in (row.get("axes") or {}).items() if value},
        "strategy": row.get("strategy") or "",
        "checks": results(row),
        "quality": _quality(row["quality"]),
        "offline": not row["quality"].get("for_training", True),
        "events": _events(json.loads(origin["lineage"] or "[]")),
        "usage": row["usage"],
    }


def of_reject(row: Json) -> Json:
    """What fell out, as far as it came."""
    record: Json = json.loads(row["record"])
    source = record["source"]
    return {
        "id": row["id"],
        "rejected": {name: row[name] or "" for name in ("step", "reason", "detail")},
        "skill": row["skill"] or "",
        "type": row["task_type"] or "",
        "messages": [_message(message) for message in record["messages"]],
        "tools": _pretty(record["tools"] or None),
        "source": {name: source.get(name) for name in ("uri", "title", "kind", "start", "end")},
        "document": source.get("id") or "",
        "transformation": record["transformation"],
        "passage": record["passage"],
        "last": _task(record.get),
        "alternatives": [_alternative(other) for other in record.get("alternatives", ())],
        "axes": {name: value for name, value in record["axes"].items() if value},
        "strategy": record["strategy"],
        "checks": record["checks"],
        "quality": _quality({"difficulty": record["difficulty"], **record["quality"]}),
        "offline": any(event.get("model") == "offline" for event in record["lineage"]),
        "events": _events(record["lineage"]),
        "usage": row["usage"],
    }


def with_history(shown: Json, history: Sequence[Stage]) -> Json:
    """The same with the piece of the document, the passage and each version of the task, as far as steps still hold them."""
    records = [stage.record for stage in history if not stage.reason or stage.record.id != shown["id"]]
    whole = next((r for r in reversed(records) if r.id == shown["id"]), None)
    if whole is not None and "rejected" not in shown:
        shown |= {
            "passage": whole.passage,
            "last": _task(lambda name, other=None: getattr(whole, name, other)),
            "alternatives": [_alternative(other) for other in whole.alternatives],
        }
    earlier = [record for record in records if record.id != shown["id"]]
    piece = next((r for r in earlier if not r.transformation), None)
    passage = next((r for r in earlier if r.transformation and not r.instruction), None)
    drafts = [r for r in earlier if r.instruction and not r.messages]
    versions = [_version(record) for record in drafts]
    if "rejected" in shown and shown["last"]["instruction"] and not shown["messages"]:
        versions.append({**shown["last"], "passage": shown["passage"], "type": shown["type"]})
    return shown | {
        "piece": piece.passage if piece else None,
        "written": passage.passage if passage else shown.get("passage"),
        "versions": versions,
        "of": {
            "passage": passage.id if passage else "",
            "task": drafts[-1].id if drafts and shown["messages"] else "",
            "type": drafts[0].task_type if drafts else "",
        },
    }


def opening(shown: Json) -> str:
    """What tells the record from others in a list, on a line."""
    task, passage = shown["last"].get("instruction") or "", shown.get("passage") or ""
    task = task.replace(passage, " ") if passage else task
    asked = [message["content"] for message in shown["messages"] if message["role"] == "user"]
    texts = (task.strip(), *asked, shown.get("passage"), shown["source"]["uri"])
    line = " ".join(next((text for text in texts if text), "")[: 4 * _OPENING].split())
    return line if len(line) <= _OPENING else line[: _OPENING - 1] + "…"


def words_said(shown: Json) -> int:
    """Words of the responses."""
    return sum(len(message["content"].split()) for message in shown["messages"] if message["role"] == "assistant")


def _version(record: Record) -> Json:
    return {
        "id": record.id,
        "type": record.task_type,
        "passage": record.passage,
        **_task(lambda name, other=None: getattr(record, name, other)),
    }


def _task(get: Callable[..., Any]) -> Json:
    """The task of a record: what is asked and what its author answers."""
    return {
        "instruction": get("instruction", ""),
        "options": list(get("options") or ()),
        "key": list(get("key") or ()) or [_line(call) for call in get("calls") or ()],
        "evidence": list(get("evidence") or ()),
        "answerable": get("answerable", True),
        "constraints": _pretty(get("constraints") or None),
        "formal": _pretty(get("formal") or None),
    }


def _message(message: Json) -> Json:
    """A turn; an empty content is an empty text."""
    calls = [
        {
            "id": call.get("id") or "",
            "name": call["function"]["name"],
            "arguments": _pretty(call["function"]["arguments"]),
        }
        for call in message.get("tool_calls") or ()
    ]
    shown: Json = {"role": message["role"], "content": message.get("content") or ""}
    return shown | ({"calls": calls} if calls else {}) | ({"to": to} if (to := message.get("tool_call_id")) else {})


def _alternative(other: Json) -> Json:
    """A response that another was preferred to: its last words, and why."""
    said = [message for message in other["messages"] if message["role"] not in ("system", "user")]
    kept = {name: other[name] for name in ("why", "finding", "critique", "score", "repaired") if other.get(name)}
    return {**kept, "messages": [_message(message) for message in said]}


def _events(events: Sequence[Json]) -> list[Json]:
    shown = []
    for event in events:
        kept = {_OF_EVENT.get(name, name): value for name, value in event.items() if value not in ("", None)}
        if "tools" in kept:
            kept["tools"] = [_message(turn) for turn in kept["tools"]]
        shown.append(kept)
    return shown


def _quality(quality: Json) -> Json:
    return {name: quality[name] for name in _QUALITY if quality.get(name) not in (None, "", [])}


def _pretty(value: Any) -> str:
    """JSON as a person reads it; what is none as it stands."""
    if value in (None, ""):
        return ""
    try:
        read = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return str(value)
    return json.dumps(read, ensure_ascii=False, indent=1)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def shortened(value: Any) -> Any:
    """The same JSON with every text cut at :data:`MOST` characters, which it says."""
    if isinstance(value, str):
        left = len(value) - MOST
        return (
            value if left <= 0 else f"{value[:MOST]}\n[… {left:,} more characters; `agentinstruct show` has them all]"
        )
    if isinstance(value, list):
        return [shortened(each) for each in value]
    if isinstance(value, dict):
        return {name: shortened(each) for name, each in value.items()}
    return value
