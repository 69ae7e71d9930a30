"""Checks of extraction: a filled form that is read out of a response, held against the form, the key and the text."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from tasks.answers.fields import Slot, rows_schema, schema, slots, values
from tasks.records import Record
from tasks.text.dates import MONTHS, with_iso_dates
from tasks.text.json_schema import misfit
from tasks.text.numbers import quantities
from tasks.text.plain import plain
from tasks.text.replies import reply
from tasks.text.words import bare, holds

MAX_JSON = 20_000
_FENCED = re.compile(r"```(?:\w+)?[ \t]*\n(.*?)```", re.S)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?")
_NUMERIC_DATE = re.compile(r"\b(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})\b")
_NEGATION = frozenset({"not", "no", "never", "without"})


def filled_form(text: str) -> dict[str, Any] | list[Any] | None:
    """The one JSON object or array that the text gives, alone, in a code block or within a sentence."""
    text = text.strip()
    candidates = [text, *(m[1].strip() for m in _FENCED.finditer(text))]
    start, end = text.find("{"), text.rfind("}")
    candidates += [text[start : end + 1]] if 0 <= start < end else []
    for candidate in candidates:
        if candidate[:1] in ("{", "[") and len(candidate) <= MAX_JSON:
            try:
                found = json.loads(candidate, parse_constant=_no_constant)
            except (ValueError, RecursionError):
                continue
            return found if isinstance(found, dict | list) else None
    return None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def read_json(record: Record, text: str) -> list[list[str]]:
    """The object that the text gives, as one canonical string; for `tasks.answers.reading`."""
    found = filled_form(text)
    return [[json.dumps(found, ensure_ascii=False, sort_keys=True)]] if isinstance(found, dict) else []


def same_json(record: Record, text: str) -> bool | None:
    """Whether the object that the text gives is the author's, field by field; None where there is no key to compare."""
    wanted = _keyed(record)
    found = filled_form(text)
    if wanted is None or not isinstance(found, dict):
        return None if wanted is None else False
    return _same(wanted, found, bool(record.formal.get("ordered")))


def json_form(record: Record) -> str | None:
    """Rejects options, and a key that is not one JSON object."""
    if record.options:
        return "options in the form json"
    return None if isinstance(_keyed(record), dict) else "the key is not one JSON object"


def extraction_sound(record: Record) -> str | None:
    """Rejects a form that is no form, a key that does not fit it, and a value that the passage does not hold."""
    if not record.formal:
        return None
    if record.answer_form not in {"json", "text"}:
        return "a form where the answer has none" if record.formal.get("fields") else None
    form = slots(record.formal)
    if not form:
        return "the form has no fields, too many, or two that exclude each other"
    if (record.formal.get("output") == "csv") != (record.answer_form == "text"):
        return "the form's output is not that of the task type"
    if any(not slot.description for slot in form):
        return "a field without a description"
    if record.answer_form == "text" and any(len(slot.path) > 1 for slot in form):
        return "a column with inner fields"
    key = _keyed(record)
    if problem := _misfit(form, key):
        return f"the key does not fit the form: {problem}"
    if not _values(form, key):
        return "the key holds no value"
    return _ungrounded(form, key, record.passage, "the key")


def extraction_fits(record: Record) -> str | None:
    """Rejects a response that is not the asked form, whole and with values of the asked types."""
    form = slots(record.formal)
    if not form:
        return None
    found = _answered(record, form)
    if found is None:
        return "the response is not in the asked form"
    return None if (problem := _misfit(form, found)) is None else f"the response does not fit the form: {problem}"


def extraction_grounded(record: Record) -> str | None:
    """Rejects a response with a value that the passage does not hold."""
    form = slots(record.formal)
    found = _answered(record, form) if form else None
    return None if not form or found is None else _ungrounded(form, found, record.passage, "the response")


def extraction_agrees(record: Record) -> str | None:
    """Rejects a response that differs from the key in a field, where the general comparison does not reach (CSV)."""
    form = slots(record.formal)
    if not form or record.answer_form == "json" or (wanted := _keyed(record)) is None:
        return None
    same = _same(wanted, _answered(record, form), bool(record.formal.get("ordered")))
    return None if same else "the rows are not the author's"


def _keyed(record: Record) -> Any:
    """The key as a value: an object, or for CSV a list of objects; None if it is neither."""
    try:
        found = json.loads(record.key[0], parse_constant=_no_constant) if len(record.key) == 1 else None
    except (ValueError, RecursionError):
        return None
    if record.formal.get("output") == "csv":
        found = found.get("rows") if isinstance(found, dict) else found
        return found if isinstance(found, list) and all(isinstance(row, dict) for row in found) else None
    return found if isinstance(found, dict) else None


def _answered(record: Record, form: list[Slot]) -> Any:
    """The filled form of the response; rows of CSV become objects with values of the columns' types."""
    text = reply(record)
    if record.formal.get("output") != "csv":
        found = filled_form(text)
        return found if isinstance(found, dict) else None
    fenced = _FENCED.findall(text)
    lines = (fenced[0] if len(fenced) == 1 else text).strip().splitlines()
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
        broken = misfit(json.dumps(schema(form)), filled)
    if broken:
        return broken
    for slot, value in values(form, filled):
        if value is not None and slot.type == "date" and not _ISO.fullmatch(value):
            return "a date that is not YYYY-MM-DD"
        if value is not None and slot.type == "time" and not _CLOCK.fullmatch(value):
            return "a time that is not HH:MM"
    return None


def _values(form: list[Slot], filled: Any) -> list[Any]:
    rows = filled if isinstance(filled, list) else [filled]
    return [value for row in rows for _, value in values(form, row) if value is not None]


def _ungrounded(form: list[Slot], filled: Any, passage: str, whose: str) -> str | None:
    rows = filled if isinstance(filled, list) else [filled]
    for slot, value in (pair for row in rows for pair in values(form, row)):
        if not in_text(slot, value, passage):
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
        return holds(passage, said) or plain(said) in plain(passage)
    figures = [scaled for _, scaled in quantities(said)]
    return all(_number_in(figure, passage) for figure in figures)


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
    if value in with_iso_dates(passage):
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
    hours = {str(hour), f"{hour:02d}", str(hour - 12 if hour > 12 else hour or 12)}
    if any(re.search(rf"(?<!\d){h}\s?[:.h]\s?{minute}(?!\d)", passage) for h in hours):
        return True
    said = plain(passage)
    whole = minute == "00" and any(re.search(rf"(?<![\d.:]){h}\s?(?:a\.?m|p\.?m|o'clock|h\b|hrs)", said) for h in hours)
    packed = re.search(rf"(?<!\d){hour:02d}{minute}(?!\d)", said)
    return bool(whole or packed or (minute == "00" and re.search(r"\b(?:noon|midday|midnight)\b", said)))


def _same(wanted: Any, found: Any, ordered: bool) -> bool:
    """Equal field by field; members of a list in any order unless it is fixed."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(_same(wanted[k], found[k], ordered) for k in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            return False
        if ordered:
            return all(_same(a, b, ordered) for a, b in zip(wanted, found, strict=True))
        rest = list(found)
        for item in sorted(wanted, key=lambda i: -len(str(i))):
            match = next((i for i, other in enumerate(rest) if _same(item, other, ordered)), None)
            if match is None:
                return False
            rest.pop(match)
        return True
    if isinstance(wanted, str) and isinstance(found, str):
        return _same_words(wanted, found)
    if isinstance(wanted, bool) or isinstance(found, bool) or wanted is None or found is None:
        return wanted is found
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return abs(wanted - found) <= 1e-6 * max(1.0, abs(wanted))
    return False


def _same_words(wanted: str, found: str) -> bool:
    """The same words, or a span of which the other is the greater part: where a phrase begins is a matter of taste."""
    ours, theirs = bare(wanted).split(), bare(found).split()
    if ours == theirs:
        return bool(ours) or plain(wanted) == plain(found)
    short, long = sorted((ours, theirs), key=len)
    odd = [word for word in long if word not in short]
    if not short or len(short) < 0.6 * len(long) or any(w in _NEGATION or any(map(str.isdigit, w)) for w in odd):
        return False
    return f" {' '.join(short)} " in f" {' '.join(long)} "
