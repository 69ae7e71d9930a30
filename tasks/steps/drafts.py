"""From what an instruction agent or editor drafted to a record, with the slips that models make put right."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from tasks.agents.kind import SkillRun
from tasks.answers import FORMS
from tasks.answers.option import OPTION, shuffle_options
from tasks.answers.order import ORDER
from tasks.records import Json, Record, Reject, Rejected, derive
from tasks.steps.checking import examine
from tasks.teacher.contract import Contract
from tasks.text.json_values import json_value

_COPIED = {field.name for field in fields(Record)}


def drafted(parent: Record, draft: Contract, *events: Json, **changes: Any) -> Record:
    """A child of `parent` that holds the draft's fields; an empty passage leaves the parent's."""
    values = {name: value for name, value in draft.model_dump().items() if name in _COPIED and name != "passage"}
    form = FORMS[changes.get("answer_form", parent.answer_form)]
    # What a draft cannot hold it has not, whatever its parent had: a program may find the key, and choices the options.
    given = [{"text": o, "mistake": ""} if isinstance(o, str) else o for o in values.get("options", [])]
    mistakes = [option["mistake"].strip() for option in given]
    values["options"] = form.tidy_options([option["text"] for option in given])
    values["formal"] = {
        **_without_mistakes(values.get("formal", parent.formal)),
        **_behind(values["options"], mistakes),
    }
    stated = [] if values.get("answerable") is False else values.get("key", [])
    values["key"] = form.tidy_key(stated, values["options"])
    if form in (OPTION, ORDER):
        values["options"], values["key"] = shuffle_options(values["options"], values["key"], parent.id)
    if "calls" in values:
        values["calls"] = [_call(call, parent.tools) for call in values["calls"]]
    if passage := getattr(draft, "passage", ""):
        values["passage"] = passage
    return derive(parent, *events, **{**values, **changes})


def _without_mistakes(formal: Json) -> Json:
    return {name: value for name, value in formal.items() if name != "mistakes"}


def _behind(options: list[str], mistakes: list[str]) -> Json:
    """The mistakes with the options that they lead to, as a part of `formal`; nothing if there are none."""
    pairs = [{"option": o, "misconception": m} for o, m in zip(options, mistakes, strict=True) if m]
    return {"mistakes": pairs} if pairs else {}


async def complete_draft(draft: Record, run: SkillRun) -> Record | Reject:
    """The draft with what a program adds, or the reject that it makes of it; Rejected where its author can mend nothing."""
    if run.kind.complete is None:
        return draft
    try:
        return await run.kind.complete(draft, run)
    except Rejected as why:
        if why.events:  # an agent was asked, and no answer of its came
            raise
        return Reject(record=draft, step=run.step, reason=why.reason, detail=why.detail)


async def check_draft(record: Record, run: SkillRun) -> Record | Reject:
    """The record, or the reject that the first failing check of its instruction makes of it."""
    found = await examine(record, run.skill.checks.instruction, run)
    if found.reason:
        return Reject(record=found.record, step=run.step, reason=found.reason, detail=found.detail, told=found.told)
    return found.record


def _call(call: Json, tools: list[Json]) -> Json:
    """The call with each argument as its parameter wants it."""
    functions = {tool["function"]["name"]: tool["function"] for tool in tools}
    wanted = functions.get(call["name"], {}).get("parameters", {}).get("properties", {})
    arguments = {a["name"]: _value(a["value"], wanted.get(a["name"], {}).get("type", "")) for a in call["arguments"]}
    return {"name": call["name"], "arguments": arguments}


def _value(given: Any, wanted: str) -> Any:
    """The value that was meant: models put numbers and objects into strings, and strings into quotes of their own."""
    if not isinstance(given, str):
        return str(given) if wanted == "string" and not isinstance(given, bool | list) else given
    try:
        read = json_value(given)
    except ValueError:
        return given
    return given if wanted == "string" and not isinstance(read, str) else read
