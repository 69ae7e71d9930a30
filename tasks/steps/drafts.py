"""From what an instruction agent or editor drafted to a record, with the slips that models make put right."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from string import ascii_uppercase
from typing import Any

from prompts import AnswerForm
from tasks import checks
from tasks.records import Json, Record, Reject, derive, rng
from tasks.teacher.contract import Contract
from tasks.teacher.faults import json_value

_COPIED = {field.name for field in fields(Record)}
_LABEL = re.compile(r"^\s*(?:\(?([A-Z])[.):]|([A-Z]) [-–])\s+")
_CROSS_REFERENCE = re.compile(r"\b(?i:both|neither|either|options?) \(?[A-H]\b|(?i:\bof the above\b)")
_LETTER = re.compile(r"^\W*(?:option |choice |answer:? )?\(?([A-Z])(?:\W*$|[.):] | [-–] )", re.I)


def drafted(parent: Record, draft: Contract, *events: Json, **changes: Any) -> Record:
    """A child of `parent` that holds the draft's fields; an empty passage leaves the parent's."""
    values = {name: value for name, value in draft.model_dump().items() if name in _COPIED and name != "passage"}
    form = AnswerForm(changes.get("answer_form", parent.answer_form))
    if "options" in values and form is not AnswerForm.MATCHING:
        values["options"] = _unlabelled(values["options"])
    if "key" in values:
        values["key"] = [] if values.get("answerable") is False else _key(form, values["key"], values["options"])
    if form is AnswerForm.OPTION and "options" in values:
        values["options"], values["key"] = _shuffled(values["options"], values["key"], parent.id)
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


def _unlabelled(options: list[str]) -> list[str]:
    """Options without the letters that models like to put before them, if all have them in order."""
    labels = [_LABEL.match(option) for option in options]
    if all(label and (label[1] or label[2]) == letter for label, letter in zip(labels, ascii_uppercase, strict=False)):
        return [option[label.end() :] for option, label in zip(options, labels, strict=True) if label]
    return options


def _shuffled(options: list[str], key: list[str], parent: str) -> tuple[list[str], list[str]]:
    """The options in a drawn order, the key with them: models favour certain places for the right one."""
    if (
        len(key) != 1
        or key[0] not in list(ascii_uppercase[: len(options)])
        or any(_CROSS_REFERENCE.search(o) for o in options)
    ):
        return options, key
    order = list(range(len(options)))
    rng("options", parent, options).shuffle(order)
    return [options[place] for place in order], [ascii_uppercase[order.index(ascii_uppercase.index(key[0]))]]


def _key(form: AnswerForm, key: list[str], options: list[str]) -> list[str]:
    if form is AnswerForm.OPTION and len(key) == 1:
        if key[0] in options and key[0] not in list(ascii_uppercase[: len(options)]):
            return [ascii_uppercase[options.index(key[0])]]
        letter = _LETTER.match(key[0])
        return [letter[1].upper()] if letter and len(key[0]) < 12 else key
    if form is AnswerForm.ORDER:
        letters = [
            part.strip(" .()").upper() for item in key for part in re.split(r"[,;>→–\s-]+", item) if part.strip(" .()")
        ]
        return letters
    if form is AnswerForm.TRUTH:
        return [item.strip(" .").lower() for item in key]
    if form is AnswerForm.MATCHING:
        return [
            f"{pair[0]}-{pair[1].upper()}"
            for item in key
            for pair in re.findall(r"(\d+)\s*[-:→=]+>?\s*([A-Za-z])\b", item)
        ]
    if form is AnswerForm.NUMBER:
        return [
            item.strip().replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", item.strip()) else item.strip()
            for item in key
        ]
    return [item.strip() for item in key if item.strip()]


def _value(text: str) -> Any:
    """An argument's value; models forget the quotes of JSON strings."""
    try:
        return json_value(text)
    except ValueError:
        return text
