"""A JSON object that a response gives, alone, in a code block or within a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tasks.answers.form import Agreement, Form, Readings, given_key
from tasks.answers.reference import MOSTLY, paired, same_reference
from tasks.records import Record
from tasks.text.json_values import json_candidates, standard_json
from tasks.text.phrases import content

MAX_JSON = 20_000
"""Characters of JSON that are read."""


def find_json(text: str) -> dict[str, Any] | list[Any] | None:
    """The one JSON object or array that the text gives, alone, in a code block or within a sentence."""
    for candidate in map(str.strip, json_candidates(text)):
        if candidate[:1] in ("{", "[") and len(candidate) <= MAX_JSON:
            try:
                found = standard_json(candidate)
            except ValueError:
                continue
            return found if isinstance(found, dict | list) else None
    return None


def parse_key(record: Record) -> Any:
    """The key as a value: an object, or for CSV a list of objects; None if it is neither."""
    try:
        found = standard_json(record.key[0]) if len(record.key) == 1 else None
    except ValueError:
        return None
    if record.formal.get("output") == "csv":
        found = found.get("rows") if isinstance(found, dict) else found
        return found if isinstance(found, list) and all(isinstance(row, dict) for row in found) else None
    return found if isinstance(found, dict) else None


def same_json(wanted: Any, found: Any, ordered: bool, passage: str = "") -> bool | None:
    """Equal field by field, members of a list in any order unless it is fixed; None if it hangs on what words mean."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        if wanted.keys() != found.keys():
            return False
        return _all(same_json(wanted[name], found[name], ordered, passage) for name in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            return False
        if ordered:
            return _all(same_json(a, b, ordered, passage) for a, b in zip(wanted, found, strict=True))
        return paired(wanted, found, lambda a, b: same_json(a, b, ordered, passage))
    if isinstance(wanted, str) and isinstance(found, str):
        return _same_words(wanted, found, passage)
    if isinstance(wanted, bool) or isinstance(found, bool) or wanted is None or found is None:
        return wanted is found
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return abs(wanted - found) <= 1e-6 * max(1.0, abs(wanted))
    return False


def _all(verdicts: Iterable[bool | None]) -> bool | None:
    said = list(verdicts)
    return False if False in said else None if None in said else True


def _same_words(wanted: str, found: str, passage: str) -> bool | None:
    """The same words or the same thing of the passage: where a phrase begins is a matter of taste, up to a point."""
    if not wanted.strip() or not found.strip():
        return wanted.strip() == found.strip()
    same = same_reference(wanted, found, passage)
    short, long = sorted((len(content(wanted)), len(content(found))))
    return None if same and short < MOSTLY * long else same


def _read(record: Record, text: str) -> Readings:
    """The object as one string that does not depend on its layout."""
    found = find_json(text)
    return [[json.dumps(found, ensure_ascii=False, sort_keys=True)]] if isinstance(found, dict) else []


def _compare(record: Record, text: str) -> Agreement | None:
    wanted = parse_key(record) if given_key(record) else None
    if wanted is None:
        return None
    found = find_json(text)
    if not isinstance(found, dict):
        return Agreement.UNREAD
    same = same_json(wanted, found, bool(record.formal.get("ordered")), record.passage)
    return Agreement.UNCLEAR if same is None else Agreement.SAME if same else Agreement.OTHER


def _fault(record: Record) -> str | None:
    if record.options:
        return "options in the form json"
    return None if isinstance(parse_key(record), dict) else "the key is not one JSON object"


JSON = Form("json", fault=_fault, read=_read, compare=_compare, exact=True)
