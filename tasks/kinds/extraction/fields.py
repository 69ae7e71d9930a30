"""The form of an extraction task: its fields as a tree, as a JSON schema, as the reader sees it, and with its values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tasks.records import Json

MAX_FIELDS = 24
LEADS = {
    "schema": "The answer follows this JSON schema:",
    "template": "Fill in this form, with each note replaced by the value:",
    "list": "The fields, where [] marks a list and a dot leads into an inner object:",
    "csv": "CSV with a header line and these columns:",
}
"""Style -> the line that opens the form after the instruction; author and editor are told to leave the form out."""
_PATH = re.compile(r"[a-z][a-z0-9_]*(?:\[\])?(?:\.[a-z][a-z0-9_]*(?:\[\])?)*")
_TYPES = {"date": "string", "time": "string"}
_NOTATION = {"date": "YYYY-MM-DD", "time": "HH:MM"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A field of the form with its path taken apart: `payments[].amount` is ("payments", "[]", "amount")."""

    path: tuple[str, ...]
    type: str
    rule: str
    description: str
    choices: tuple[str, ...]

    @property
    def name(self) -> str:
        return ".".join(self.path).replace(".[]", "[]")

    def told(self, absent: str = "") -> str:
        """Type, notation and choices in words, and what stands for a value that the text lacks."""
        notation = f", {_NOTATION[self.type]}" if self.type in _NOTATION else ""
        choices = ", one of: " + " | ".join(self.choices) if self.choices else ""
        return f"{self.type}{absent and f' or {absent}'}{notation}{choices}"


def parse_fields(formal: Json) -> list[Slot] | None:
    """The fields of the form; None if a name is no path, a name comes twice, or a value and an object share a name."""
    found: list[Slot] = []
    for field in formal.get("fields") or []:
        name = str(field.get("name", "")).strip()
        if not _PATH.fullmatch(name):
            return None
        path = tuple(name.replace("[]", ".[]").split("."))
        described = (str(field.get("type", "string")), str(field.get("rule", "verbatim")))
        choices = tuple(str(choice) for choice in field.get("choices") or [])
        found.append(Slot(path, *described, str(field.get("description", "")).strip(), choices))
    paths = [slot.path for slot in found]
    nested = any(a != b and b[: len(a)] == a for a in paths for b in paths)
    clashing = any(
        len(a) > len(p) < len(b) and a[: len(p)] == b[: len(p)] and (a[len(p)] == "[]") != (b[len(p)] == "[]")
        for a in paths
        for b in paths
        for p in [_shared(a, b)]
    )
    return None if nested or clashing or len(set(paths)) < len(paths) or len(paths) > MAX_FIELDS else found


def _shared(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    count = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[:count]


def form_schema(form: list[Slot]) -> Json:
    """The JSON schema of the filled form: every field is there, a value that the text lacks is null."""
    return _node([(slot.path, slot) for slot in form], top=True)


def _node(entries: list[tuple[tuple[str, ...], Slot]], top: bool = False) -> Json:
    path, slot = entries[0]
    if not path:
        kinds: Json = {"type": [_TYPES.get(slot.type, slot.type), "null"]}
        if slot.choices:
            kinds["enum"] = [*slot.choices, None]
        return {
            **kinds,
            "description": f"{slot.description} ({slot.told()})" if slot.type in _NOTATION else slot.description,
        }
    if path[0] == "[]":
        return {"type": "array", "items": _node([(rest[1:], s) for rest, s in entries])}
    names = list(dict.fromkeys(rest[0] for rest, _ in entries))
    inner = {name: _node([(rest[1:], s) for rest, s in entries if rest[0] == name]) for name in names}
    node: Json = {"type": "object" if top else ["object", "null"], "properties": inner}
    return {**node, "required": names, "additionalProperties": False}


def rows_schema(form: list[Slot]) -> Json:
    """The schema of the rows of a CSV, as an object with the one member `rows`."""
    row = {**form_schema(form), "type": "object"}
    return {"type": "object", "properties": {"rows": {"type": "array", "items": row}}, "required": ["rows"]}


def show_form(formal: Json, style: str) -> str:
    """The form as the reader sees it, in one of the styles of :data:`LEADS`."""
    form = parse_fields(formal) or []
    if style == "schema":
        body = f"```json\n{json.dumps(form_schema(form), ensure_ascii=False, indent=2)}\n```"
    elif style == "template":
        body = f"```json\n{json.dumps(_template([(s.path, s) for s in form]), ensure_ascii=False, indent=2)}\n```"
    else:
        absent = "empty" if style == "csv" else "null"  # CSV has no null
        body = "\n".join(f"- `{s.name}` ({s.told(absent)}): {s.description}" for s in form)
    return f"{LEADS[style]}\n{body}"


def _template(entries: list[tuple[tuple[str, ...], Slot]]) -> Any:
    path, slot = entries[0]
    if not path:
        return f"{slot.told('null')}: {slot.description}"
    if path[0] == "[]":
        return [_template([(rest[1:], s) for rest, s in entries])]
    names = dict.fromkeys(rest[0] for rest, _ in entries)
    return {name: _template([(rest[1:], s) for rest, s in entries if rest[0] == name]) for name in names}


def strip_form(instruction: str) -> str:
    """The instruction without a form that was shown after it."""
    places = [place for lead in LEADS.values() if (place := instruction.find(lead)) >= 0]
    return (instruction[: min(places)] if places else instruction).strip()


def field_values(form: list[Slot], filled: Any) -> Iterator[tuple[Slot, Any]]:
    """Every value of a filled form with its field; what is missing on the way counts as null."""
    for slot in form:
        for value in _reached(filled, slot.path):
            yield slot, value


def _reached(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if not path or value is None:
        yield value
    elif path[0] == "[]":
        for item in value if isinstance(value, list) else []:
            yield from _reached(item, path[1:])
    else:
        yield from _reached(value.get(path[0]) if isinstance(value, dict) else None, path[1:])
