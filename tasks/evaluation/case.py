"""A held-out row as an examination: what the student is shown, and the turn of the reference that it is held against."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from tasks.records import Json, Record, Source


@dataclass(frozen=True)
class Case:
    """A row at the turn that is examined: the first that calls a function, or else the last of the assistant."""

    record: Record
    """The task, without formal data, which rows do not have; its messages are those before the turn."""
    reference: Json
    """The assistant's message there; it has 10 points."""
    document: str
    difficulty: str

    def with_answer(self, answer: Json) -> Record:
        """The record with this message at its turn; of the key's calls only as many as it makes."""
        made = len(answer.get("tool_calls") or ())
        calls = self.record.calls[: max(1, made)]
        return replace(self.record, messages=[*self.record.messages, answer], calls=calls)


def case_of(row: Json) -> Case | None:
    """The row as a case; None for one without an answer."""
    messages = [{name: value for name, value in message.items() if value} for message in row["messages"]]
    turns = [place for place, message in enumerate(messages) if message.get("role") == "assistant"]
    if not turns:
        return None
    turn = next((place for place in turns if messages[place].get("tool_calls")), turns[-1])
    quality, told = row.get("quality") or {}, row.get("provenance") or {}
    key, calls = _key(row)
    record = Record(
        source=Source(id=told.get("document") or "", uri=told.get("uri") or "", kind=told.get("kind") or "text"),
        id=row["id"],
        skill=row["skill"],
        task_type=row["task_type"],
        passage=row.get("passage") or "",
        tools=_loaded(row.get("tools"), []),
        answer_form=row.get("answer_form") or "",
        instruction=row.get("instruction") or "",
        options=list(row.get("options") or ()),
        key=key,
        calls=calls,
        evidence=list(told.get("evidence") or ()),
        answerable=quality.get("answerable") is not False,
        constraints=_loaded(told.get("constraints"), []),
        axes={name: value for name, value in (row.get("axes") or {}).items() if isinstance(value, str)},
        messages=[{"content": "", **message} for message in messages[:turn]],
    )
    difficulty = quality.get("difficulty_band") or quality.get("difficulty") or ""
    return Case(record, {"content": "", **messages[turn]}, record.source.id, difficulty)


def _key(row: Json) -> tuple[list[str], list[Json]]:
    """The key, and the calls that it is made of where it is one of calls."""
    key = list(row.get("key") or ())
    if row.get("answer_form") != "calls":
        return key, []
    calls = [_loaded(each, None) for each in key]
    whole = all(isinstance(call, dict) and "name" in call for call in calls)
    return ([], calls) if whole else (key, [])


def _loaded(text: str | None, otherwise: Any) -> Any:
    try:
        return json.loads(text) if text else otherwise
    except ValueError:
        return otherwise
