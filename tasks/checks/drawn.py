"""Whether an author kept to what the program drew for the item, as far as that shows by value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from prompts import AnswerForm
from tasks.records import Json, Record
from tasks.text.json_values import json_value

_NUMBERED = re.compile(r"(?:^|\s)\(?(\d{1,2})[.)]\s+\S")


def as_drawn(record: Record) -> str | None:
    """Rejects a claim with another verdict than was drawn for it, or than an edit was to keep."""
    verdict = record.axes.get("verdict")
    if record.answer_form == AnswerForm.TRUTH and verdict and record.key and record.key[0] != verdict:
        return f"the verdict drawn for this claim is {verdict}, and the key is {_shown(record.key[0])}"
    return None


def miscounted(record: Record) -> str:
    """How many parts an item has where another number was drawn for it; empty where that is right or cannot be told.

    A sound item with another number is worth more than none: its author gets it back, and it stays if that does not help.
    """
    for axis, count in _COUNTED.items():
        wanted = str(record.axes.get(axis, ""))
        found = count(record) if wanted.isdigit() else None
        if found is not None and found != int(wanted):
            return f"{wanted} were drawn as the number of {_CALLED.get(axis, axis)}, and the item has {found}"
    return ""


def _shown(key: str) -> str:
    return key if key in ("true", "false") else "another"


def _options(form: AnswerForm) -> Callable[[Record], int | None]:
    return lambda record: len(record.options) if record.answer_form == form else None


def _fields(record: Record) -> int | None:
    return len(record.formal.get("fields") or []) or None


def _classes(record: Record) -> int | None:
    """The lists or objects that the fields of a form belong to, by the first part of their names."""
    names = [str(field.get("name", "")) for field in record.formal.get("fields") or []]
    return len({re.split(r"\[\]|\.", name, maxsplit=1)[0] for name in names}) or None


def _empty(record: Record) -> int | None:
    """The values of the key that are null."""
    try:
        value = json_value(record.key[0]) if record.key else None
    except ValueError:
        return None
    return _nulls(value) if isinstance(value, dict) else None


def _nulls(value: Json) -> int:
    return sum(_nulls(inner) if isinstance(inner, dict) else inner is None for inner in value.values())


def _shots(record: Record) -> int | None:
    return len(record.formal.get("examples") or [])


def _questions(record: Record) -> int | None:
    """The numbered questions; None where they are not numbered one after the other."""
    numbers = [int(number) for number in _NUMBERED.findall(record.instruction)]
    return len(numbers) if numbers and numbers == list(range(1, len(numbers) + 1)) else None


_COUNTED: Mapping[str, Callable[[Record], int | None]] = {
    "options": _options(AnswerForm.OPTION),
    "labels": _options(AnswerForm.LABEL),
    "fields": _fields,
    "columns": _fields,
    "classes": _classes,
    "empty": _empty,
    "shots": _shots,
    "questions": _questions,
}
"""Axis of an author -> how many the item has; None where that cannot be told."""
_CALLED = {"empty": "fields without a value", "shots": "labelled examples"}
