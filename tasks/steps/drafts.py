"""From what an instruction agent or editor drafted to a record, with the slips that models make put right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from tasks import checks
from tasks.answers import FORMS
from tasks.answers.option import OPTION, shuffle_options
from tasks.records import Json, Record, Reject, derive
from tasks.teacher.contract import Contract
from tasks.text.json_values import json_value

_COPIED = {field.name for field in fields(Record)}


def drafted(parent: Record, draft: Contract, *events: Json, **changes: Any) -> Record:
    """A child of `parent` that holds the draft's fields; an empty passage leaves the parent's."""
    values = {name: value for name, value in draft.model_dump().items() if name in _COPIED and name != "passage"}
    form = FORMS[changes.get("answer_form", parent.answer_form)]
    if "options" in values:
        values["options"] = form.tidy_options(values["options"])
    if "key" in values:
        values["key"] = [] if values.get("answerable") is False else form.tidy_key(values["key"], values["options"])
    if form is OPTION and "options" in values:
        values["options"], values["key"] = shuffle_options(values["options"], values["key"], parent.id)
    if "calls" in values:
        values["calls"] = [
            {"name": c["name"], "arguments": {a["name"]: _value(a["value"]) for a in c["arguments"]}}
            for c in values["calls"]
        ]
    if passage := getattr(draft, "passage", ""):
        values["passage"] = passage
    return derive(parent, *events, **{**values, **changes})


def checked(record: Record, names: Iterable[str], step: str) -> Record | Reject:
    """The record, or the reject that the first failing one of these checks makes of it."""
    failure = checks.failed(record, names)
    return record if failure is None else Reject(record=record, step=step, reason=failure[0], detail=failure[1])


def _value(text: str) -> Any:
    """An argument's value; models forget the quotes of JSON strings."""
    try:
        return json_value(text)
    except ValueError:
        return text
