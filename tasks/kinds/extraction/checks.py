"""Checks of extraction: a filled form that is read out of a response, held against the form, the key and the text."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from tasks.answers.json_object import find_json, parse_key, same_json
from tasks.checks.check import Doubt
from tasks.kinds.extraction.fields import Slot, field_values, form_schema, parse_fields, rows_schema
from tasks.records import Record
from tasks.text.dates import MONTHS, with_iso_dates
from tasks.text.json_schema import misfit
from tasks.text.markdown import FENCE
from tasks.text.numbers import quantities
from tasks.text.phrases import says_phrase
from tasks.text.plain import plain
from tasks.text.quantities import find_quantities, states, unit_readings
from tasks.text.replies import reply
from tasks.text.times import moments

_MOST_FIGURES = 12
"""Figures of the quotes from which a derived value may follow."""
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?")
_NUMERIC_DATE = re.compile(r"\b(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})\b")


def extraction_sound(record: Record) -> str | None:
    """Rejects a form that is no form, a key that does not fit it, and a value that the passage does not hold."""
    if not record.formal:
        return None
    if record.answer_form not in {"json", "text"}:
        return "a form where the answer has none" if record.formal.get("fields") else None
    form = parse_fields(record.formal)
    if not form:
        return "the form has no fields, too many, or two that exclude each other"
    if (record.formal.get("output") == "csv") != (record.answer_form == "text"):
        return "the form's output is not that of the task type"
    if any(not slot.description for slot in form):
        return "a field without a description"
    if record.answer_form == "text" and any(len(slot.path) > 1 for slot in form):
        return "a column with inner fields"
    key = parse_key(record)
    if problem := _misfit(form, key):
        return f"the key does not fit the form: {problem}"
    if not _values(form, key):
        return "the key holds no value"
    return _ungrounded(form, key, record, "the key")


def extraction_fits(record: Record) -> str | None:
    """Rejects a response that is not the asked form, whole and with values of the asked types."""
    form = parse_fields(record.formal)
    if not form:
        return None
    found = _answered(record, form)
    if found is None:
        return "the response is not in the asked form"
    return None if (problem := _misfit(form, found)) is None else f"the response does not fit the form: {problem}"


def extraction_grounded(record: Record) -> str | None:
    """Rejects a response with a value that the passage does not hold."""
    form = parse_fields(record.formal)
    found = _answered(record, form) if form else None
    return None if not form or found is None else _ungrounded(form, found, record, "the response")


def extraction_agrees(record: Record) -> str | Doubt | None:
    """Rejects a response that differs from the key in a field, where the general comparison does not reach (CSV)."""
    form = parse_fields(record.formal)
    if not form or record.answer_form == "json" or (wanted := parse_key(record)) is None:
        return None
    same = same_json(wanted, _answered(record, form), bool(record.formal.get("ordered")), record.passage)
    problem = "the rows are not the author's"
    if same is None:
        question = "Do the rows of the response say the same as the author's rows, which are shown, value by value?"
        return Doubt(problem, question, {"the author's rows": record.key[0]})
    return None if same else problem


def _answered(record: Record, form: list[Slot]) -> Any:
    """The filled form of the response; rows of CSV become objects with values of the columns' types."""
    text = reply(record)
    if record.formal.get("output") != "csv":
        found = find_json(text)
        return found if isinstance(found, dict) else None
    fenced = FENCE.findall(text)
    lines = (fenced[0][1] if len(fenced) == 1 else text).strip().splitlines()
    try:
        rows = [row for row in csv.reader(io.StringIO("\n".join(lines)), strict=True) if row]
    except csv.Error:
        return None
    names = [slot.name for slot in form]
    if not rows or [cell.strip() for cell in rows[0]] != names or any(len(row) != len(names) for row in rows):
        return None
    return [{s.name: _typed(cell.strip(), s.type) for s, cell in zip(form, row, strict=True)} for row in rows[1:]]


def _typed(cell: str, kind: str) -> Any:
    if not cell:
        return None
    if kind == "boolean":
        return {"true": True, "false": False}.get(cell.lower(), cell)
    if kind not in {"number", "integer"}:
        return cell
    try:
        value = Decimal(cell)
    except InvalidOperation:
        return cell
    return (int(value) if value == int(value) else float(value)) if value.is_finite() else cell


def _misfit(form: list[Slot], filled: Any) -> str | None:
    """Which rule of its form the filled one breaks."""
    broken: str | None
    if isinstance(filled, list):
        broken = misfit(json.dumps(rows_schema(form)), {"rows": filled})
    else:
        broken = misfit(json.dumps(form_schema(form)), filled)
    if broken:
        return broken
    for slot, value in field_values(form, filled):
        if value is not None and slot.type == "date" and not _ISO.fullmatch(value):
            return "a date that is not YYYY-MM-DD"
        if value is not None and slot.type == "time" and not _CLOCK.fullmatch(value):
            return "a time that is not HH:MM"
    return None


def _values(form: list[Slot], filled: Any) -> list[Any]:
    rows = filled if isinstance(filled, list) else [filled]
    return [value for row in rows for _, value in field_values(form, row) if value is not None]


def _ungrounded(form: list[Slot], filled: Any, record: Record, whose: str) -> str | None:
    rows = filled if isinstance(filled, list) else [filled]
    for slot, value in (pair for row in rows for pair in field_values(form, row)):
        if not in_text(slot, value, record.passage) and not _derived(slot, value, record):
            return f"{whose}: a value of {slot.type}, {slot.rule}, that the passage does not hold"
    return None


def in_text(slot: Slot, value: Any, passage: str) -> bool:
    """Whether the passage holds the value, as it stands or in another notation of a number, date or time."""
    if value is None or isinstance(value, bool) or slot.rule == "chosen" or slot.choices:
        return True
    if isinstance(value, int | float):
        return _number_in(value, passage)
    said = str(value)
    if slot.type == "date":
        return _date_in(said, passage)
    if slot.type == "time":
        return _time_in(said, passage)
    if slot.rule == "verbatim":
        return says_phrase(passage, said) or plain(said) in plain(passage)
    figures = [scaled for _, scaled in quantities(said)]
    return all(_number_in(figure, passage) for figure in figures)


def _derived(slot: Slot, value: Any, record: Record) -> bool:
    """Whether a value that its rule rewrites follows from what the quotes hold: in another unit, or by one plain step."""
    if slot.rule != "normalised" or not isinstance(value, int | float | str):
        return False
    shown = [q for quote in record.evidence for q in find_quantities(quote)][:_MOST_FIGURES]
    wanted = find_quantities(str(value))
    if not shown or not wanted:
        return False
    units = {
        kind: scale for word in re.findall(r"[^\W\d_]+|[%€$£]", slot.description) for kind, scale in unit_readings(word)
    }
    sizes = {amount / units[kind] for q in shown for kind, amount in q.readings if kind in units}
    sizes |= {Fraction(int(amount) // 10_000) for q in shown for kind, amount in q.readings if kind == "date"}
    sizes |= {q.number for q in shown} | {amount for q in shown for kind, amount in q.readings if kind == "%"}
    steps = {size for a in sizes for b in sizes for size in (a + b, abs(a - b), a * b, *((a / b,) if b else ()))}
    steps |= {sum(q.number for q in shown), *(100 * size for size in steps)}
    return all(any(_near(q.number, size) for size in sizes | steps) or states(record.passage, q) for q in wanted)


def _near(wanted: Fraction, size: Fraction) -> bool:
    """Whether the size, rounded as the wanted number is, is that number."""
    places = len(str(float(wanted)).partition(".")[2].rstrip("0"))
    return abs(wanted - size) <= Fraction(1, 2 * 10**places) if places else wanted == size


def _number_in(value: int | float | Decimal, passage: str) -> bool:
    wanted = value if isinstance(value, Decimal) else Decimal(str(value))
    # A list mark, a clock or a code may stand before a figure in ways that the general reader passes over.
    loose = {Decimal(m.replace(",", "")) for m in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", passage)}
    found = {n for pair in quantities(passage) for n in pair} | loose
    return wanted in found or abs(wanted) in found


def _date_in(value: str, passage: str) -> bool:
    iso = _ISO.fullmatch(value)
    if not iso:
        return False
    year, month, day = iso[1], int(iso[2]), int(iso[3])
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return False
    if value in with_iso_dates(passage) or any(
        q.kind == "date" and int(value.replace("-", "")) in q.values for q in moments(passage)
    ):
        return True
    for a, b, c in _NUMERIC_DATE.findall(passage):
        if {int(a), int(b), int(c)} >= {month, day} and (year in (a, c) or year[2:] in (a, c)):
            return True
    said = plain(passage)
    name = MONTHS[month - 1]
    dated = re.search(rf"\b{day}(?:st|nd|rd|th)?\b", said) and re.search(rf"\b(?:{name}|{name[:3]})\b", said)
    return bool(dated)  # the year may stand in a heading, or follow from a stated rule


def _time_in(value: str, passage: str) -> bool:
    clock = _CLOCK.fullmatch(value)
    if not clock:
        return False
    hour, minute = int(clock[1]), clock[2]
    if any(m.kind == "clock" and (60 * hour + int(minute)) % 1440 in m.values for m in moments(passage)):
        return True
    hours = {str(hour), f"{hour:02d}", str(hour - 12 if hour > 12 else hour or 12)}
    if any(re.search(rf"(?<!\d){h}\s?[:.h]\s?{minute}(?!\d)", passage) for h in hours):
        return True
    said = plain(passage)
    whole = minute == "00" and any(re.search(rf"(?<![\d.:]){h}\s?(?:a\.?m|p\.?m|o'clock|h\b|hrs)", said) for h in hours)
    packed = re.search(rf"(?<!\d){hour:02d}{minute}(?!\d)", said)
    return bool(whole or packed or (minute == "00" and re.search(r"\b(?:noon|midday|midnight)\b", said)))
