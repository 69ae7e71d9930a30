"""A JSON object that a response gives, alone, in a code block or within a sentence."""

from __future__ import annotations

import json
from typing import Any

from tasks.answers.form import Form, Readings, given_key
from tasks.records import Record
from tasks.text.json_values import json_candidates, standard_json
from tasks.text.plain import plain
from tasks.text.words import bare

MAX_JSON = 20_000
"""Characters of JSON that are read."""
_NEGATION = frozenset({"not", "no", "never", "without"})


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


def same_json(wanted: Any, found: Any, ordered: bool) -> bool:
    """Equal field by field; members of a list in any order unless it is fixed."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(same_json(wanted[k], found[k], ordered) for k in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            return False
        if ordered:
            return all(same_json(a, b, ordered) for a, b in zip(wanted, found, strict=True))
        rest = list(found)
        for item in sorted(wanted, key=lambda i: -len(str(i))):
            match = next((i for i, other in enumerate(rest) if same_json(item, other, ordered)), None)
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


def _read(record: Record, text: str) -> Readings:
    """The object as one string that does not depend on its layout."""
    found = find_json(text)
    return [[json.dumps(found, ensure_ascii=False, sort_keys=True)]] if isinstance(found, dict) else []


def _agrees(record: Record, text: str) -> bool | None:
    wanted = parse_key(record) if given_key(record) else None
    if wanted is None:
        return None
    found = find_json(text)
    return isinstance(found, dict) and same_json(wanted, found, bool(record.formal.get("ordered")))


def _fault(record: Record) -> str | None:
    if record.options:
        return "options in the form json"
    return None if isinstance(parse_key(record), dict) else "the key is not one JSON object"


JSON = Form("json", fault=_fault, read=_read, agrees=_agrees, exact=True)
