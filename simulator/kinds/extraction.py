"""Defects of extraction: of the author's form and key, and of the filled forms that answer it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from simulator.author_defects import QUESTION, Plant, in_an_item
from simulator.case import Case, Planted, other_number
from tasks.kinds.extraction.fields import LEADS
from tasks.records import Json

_INVENTED = ("Quillfeather", "Marrowgate", "Ostervang", "Thistlecombe")
_FENCED = re.compile(r"```json\n(.*?)\n```", re.S)
_COLUMNS = LEADS["csv"]


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Path and value of every leaf."""
    if isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inner, (*path, name))
    else:
        yield path, value


def _put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for name in path[:-1]:
        value = value[name]
    value[path[-1]] = new


def _other(case: Case, old: Any, passage: str) -> Any:
    """Another value of the same type that the passage holds."""
    if isinstance(old, bool) or old is None:
        return None
    if isinstance(old, int | float):
        found = [int(n) for n in re.findall(r"(?<![\w.,:-])\d{1,4}(?![\w.,:-])", passage) if int(n) != old]
        return case.random.choice(found) if found else float(other_number(str(old), case.random))
    words = [w for w in re.findall(r"[^\W\d_]{4,}", passage) if w.lower() not in old.lower()]
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", old):
        return f"{old[:8]}{(int(old[8:]) % 28) + 1:02d}"
    return case.random.choice(words) if words else None


def _of_key(case: Case, item: Json, change: Callable[[Any, Case, str], str | None]) -> str | None:
    if not item["formal"]["fields"] or len(item["key"]) != 1:
        return None
    filled = json.loads(item["key"][0])
    detail = change(filled, case, item.get("passage") or case.blocks.get("passage", ""))
    item["key"] = [json.dumps(filled, ensure_ascii=False)]
    return detail


def _wrong_value(filled: Any, case: Case, passage: str) -> str | None:
    leaves = [(path, value) for path, value in _places(filled) if value is not None]
    for path, value in case.random.sample(leaves, len(leaves)):
        if (other := _other(case, value, passage)) is not None:
            _put(filled, path, other)
            return "value"
    return None


def _emptied_value(filled: Any, case: Case, passage: str) -> str | None:
    leaves = [path for path, value in _places(filled) if value is not None and not isinstance(path[-1], int)]
    if len(leaves) < 2:
        return None
    _put(filled, case.random.choice(leaves), None)
    return "null"


def _lost_member(filled: Any, case: Case, passage: str) -> str | None:
    lists = [filled] if isinstance(filled, list) else [v for v in filled.values() if isinstance(v, list) and len(v) > 1]
    if not lists or len(lists[0]) < 2:
        return None
    chosen = case.random.choice(lists)
    chosen.pop(case.random.randrange(len(chosen)))
    return "member"


def _filled_gap(filled: Any, case: Case, passage: str) -> str | None:
    gaps = [path for path, value in _places(filled) if value is None]
    if not gaps:
        return None
    _put(filled, case.random.choice(gaps), case.random.randint(11, 989))
    return "gap"


def _invented(filled: Any, case: Case, passage: str) -> str | None:
    leaves = [(path, value) for path, value in _places(filled) if isinstance(value, str | int | float)]
    if not leaves:
        return None
    path, value = case.random.choice(leaves)
    _put(filled, path, case.random.choice(_INVENTED) if isinstance(value, str) else 86_317)
    return "invented"


def _wrong_key(case: Case, item: Json) -> str | None:
    changes = [_wrong_value, _emptied_value, _lost_member]
    for change in case.random.sample(changes, len(changes)):
        if (detail := _of_key(case, item, change)) is not None:
            return detail
    return None


def _key_not_in_passage(case: Case, item: Json) -> str | None:
    return _of_key(case, item, _invented)


def _broken_form(case: Case, item: Json) -> str | None:
    fields = item["formal"]["fields"]
    if not fields:
        return None
    field, detail = case.random.choice(fields), case.random.choice(["twice", "nameless", "bare", "unkeyed"])
    if detail == "twice":
        fields.append(dict(field))
    elif detail == "nameless":
        field["name"] = "What is wanted?"
    elif detail == "bare":
        field["description"] = ""
    else:
        fields.append({**field, "name": "further_matter"})
    return detail


def _answered(case: Case, change: Callable[[Any, Case, str], str | None]) -> Planted | None:
    """The response with one change in its filled form."""
    text = fence[1] if (fence := _FENCED.search(case.content)) else case.content
    rows = _COLUMNS in case.asked
    try:
        filled = list(csv.DictReader(io.StringIO(text))) if rows else json.loads(text)
    except ValueError:
        return None
    if not isinstance(filled, dict | list) or not filled:
        return None
    before = json.dumps(filled)
    detail = change(filled, case, case.asked)
    if detail is None or json.dumps(filled) == before:
        return None
    told = _as_csv(list(filled)) if rows else json.dumps(filled, ensure_ascii=False, indent=2 if fence else None)
    return case.content_becomes(case.content.replace(text, told), detail)


def _as_csv(rows: list[Json]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().strip()


def wrong_value(case: Case) -> Planted | None:
    """One value of the form is another of the text."""
    return _answered(case, _wrong_value)


def emptied_value(case: Case) -> Planted | None:
    """A value that the text holds is left empty."""
    return None if _COLUMNS in case.asked else _answered(case, _emptied_value)


def filled_gap(case: Case) -> Planted | None:
    """A value where the text gives none."""
    return _answered(case, _filled_gap)


def invented_value(case: Case) -> Planted | None:
    """A value that the text does not hold."""
    return _answered(case, _invented)


def lost_member(case: Case) -> Planted | None:
    """A list or a table without one of its members."""
    return _answered(case, _lost_member)


def missing_field(case: Case) -> Planted | None:
    """An object without one of its fields."""

    def change(filled: Any, case: Case, passage: str) -> str | None:
        if not isinstance(filled, dict) or len(filled) < 2:
            return None
        filled.pop(case.random.choice(sorted(filled)))
        return "field"

    return _answered(case, change)


def number_as_text(case: Case) -> Planted | None:
    """A number in quotation marks where the form wants a number."""

    def change(filled: Any, case: Case, passage: str) -> str | None:
        numbers = [(path, v) for path, v in _places(filled) if isinstance(v, int | float) and not isinstance(v, bool)]
        if not numbers:
            return None
        path, value = case.random.choice(numbers)
        _put(filled, path, str(value))
        return "type"

    return _answered(case, change)


def cut_form(case: Case) -> Planted | None:
    """The form breaks off in the middle."""
    text = fence[1] if (fence := _FENCED.search(case.content)) else case.content
    if not text.startswith("{") or len(text) < 20:
        return None
    return case.content_becomes(case.content[: case.content.index(text) + len(text) // 2], "cut")


EXTRACTION: dict[str, Plant] = {
    "wrong_key": in_an_item(_wrong_key, "key"),
    "key_not_in_passage": in_an_item(_key_not_in_passage, "key"),
    "broken_form": in_an_item(_broken_form, "formal"),
    "not_self_contained": QUESTION["not_self_contained"],
}
FILLED: dict[str, Callable[[Case], Planted | None]] = {
    plant.__name__: plant
    for plant in (
        wrong_value,
        emptied_value,
        filled_gap,
        invented_value,
        lost_member,
        missing_field,
        number_as_text,
        cut_form,
    )
}
DEFECTS = {"extraction": EXTRACTION, "response": FILLED}
