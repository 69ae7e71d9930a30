"""A small run directory with all that formats stumble over: several calls at once, null arguments, system prompts, pairs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tasks.publish.publish import Parts
from tasks.publish.rows import FEEDBACK, dataset_columns, dataset_row, feedback_row
from tasks.records import Json, Record, Source, identified
from tasks.records.store import Store

SPLITS = {"coding": "code_", "conversation": "follow_up", "fermi": "fermi", "tool_use": "tool_use"}
EMPTY = "fermi"
"""The skill without a row."""
DOCUMENTS = 10
THINK = "Think before you answer."
LINE_ENDS = "one\u2028two\x85three"
EVENT = {
    "step": "respond",
    "agent": "respond",
    "model": "some-model",
    "call": "c",
    "prompt_tokens": 1,
    "completion_tokens": 1,
}


def say(role: str, content: str) -> Json:
    return {"role": role, "content": content}


def call(id: str, name: str, **arguments: Any) -> Json:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def function(name: str, **properties: Json) -> Json:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": f"Does {name}.", "parameters": schema}}


TOOLS = [
    function("find_boat", port={"type": "string"}, seats={"type": ["integer", "null"]}),
    function("book", boat={"type": "object", "properties": {"id": {"type": "integer"}}}),
]
WITH_TOOLS = [
    say("system", THINK),
    say("user", "Find boats in Split and Vis, then book the first."),
    {
        **say("assistant", ""),
        "tool_calls": [
            call("call_0123456789abcdef", "find_boat", port="Split", seats=None),
            call("call_fedcba9876543210", "find_boat", port="Vis", seats=4),
        ],
    },
    {**say("tool", '{"id": 7}'), "tool_call_id": "call_0123456789abcdef"},
    {**say("tool", "[]"), "tool_call_id": "call_fedcba9876543210"},
    {**say("assistant", ""), "tool_calls": [call("call_x", "book", boat={"id": 7})]},
    {**say("tool", "booked"), "tool_call_id": "call_x"},
    say("assistant", "Boat 7 is booked."),
]
TALK = [
    say("user", "How high is the tower?"),
    say("assistant", "It is 41 metres high."),
    say("user", "And in feet?"),
    say("assistant", "About 135 feet."),
]
PROGRAM = [say("system", THINK), say("user", f"Read this: {LINE_ENDS}"), say("assistant", "def f():\n    return 1\n")]


SAID = {"coding": PROGRAM, "conversation": TALK, "tool_use": WITH_TOOLS}


def record(skill: str, number: int, messages: list[Json], model: str = "some-model", **more: Any) -> Record:
    """An accepted record of the document of this number."""
    source = Source(id=f"document-{number % DOCUMENTS}", uri=f"{number}.txt", kind="text", start=number, end=number + 1)
    event = {**EVENT, "model": model, "cost_usd": None}
    facts = {"instruction": messages[-2]["content"], "axes": {"difficulty": "hard", "verdict": "true"}, **more}
    return identified(Record(source=source, skill=skill, task_type="any", messages=messages, lineage=[event], **facts))


def pair(of: Record) -> Json:
    """A preference about a record whose last message was better than another."""
    facts = {"prompt": of.messages[:-1], "chosen": of.messages[-1:], "rejected": [say("assistant", "I do not know.")]}
    named = {"id": f"{of.id}-0", "row": of.id, "skill": of.skill, "task_type": of.task_type, "reason": "key_agreement"}
    return feedback_row({**named, **facts, "score": None, "finding": None, "margin": None}, of)


def write_run(
    folder: Path | str,
    rows: int = 20,
    *,
    said: Mapping[str, list[Json]] = SAID,
    offline: int = 0,
    pairs: bool = True,
    **manifest: Any,
) -> Store:
    """A finished run with so many rows a skill; the first `offline` of each are the offline teacher's."""
    store = Store(str(folder))
    for skill, messages in said.items():
        tools = TOOLS if skill == "tool_use" else []
        with (
            Parts(store, f"dataset/{skill}", dataset_columns()) as accepted,
            Parts(store, f"feedback/{skill}/preferences", FEEDBACK["preferences"]) as preferences,
        ):
            for number in range(rows):
                made = record(skill, number, messages, "offline" if number < offline else "some-model", tools=tools)
                accepted.add(dataset_row(replace(made, id=f"{skill}-{number}")))
                if pairs and number % 4 == 0:
                    preferences.add(pair(made))
    skills = {name: {"split": split, "accepted": 0 if name == EMPTY else rows} for name, split in SPLITS.items()}
    facts = {"teacher": {"model": "some-model"}, "settings": {"feedback_rows": True}, "versions": {}, "complete": True}
    store.write_json("manifest.json", {"skills": skills, **facts, **manifest})
    return store
