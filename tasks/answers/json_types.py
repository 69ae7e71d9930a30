"""What an instruction says the values of a JSON object are, and whether they are that."""

from __future__ import annotations

import re
from typing import Any

_TYPES = {
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "object": lambda v: isinstance(v, dict),
}
_NAMES = {"list": "array", "lists": "array", "arrays": "array", "text": "string"}
_SAID = re.compile(
    r"[\"“'`](?P<field>[\w -]{1,40})[\"”'`]\s*(?:\((?:as )?|:\s*|,\s*|=\s*|(?:is|are|as|holds?|contains?|must be|should be"
    r"|has to be|shall be|to be|takes?|gives?)\s+)(?:always\s+)?(?:an?|one|the|your)?\s*(?:json\s+)?(?:\w+ )?"
    r"(?P<type>list|array|string|number|integer|boolean|object)\b(?:\s+of\s+(?P<inner>string|number|integer|object)s?)?",
    re.I,
)


def stated_types(text: str) -> dict[str, tuple[str, str]]:
    """Field -> the JSON type that the text states for it, and that of its items where it is a list."""
    found: dict[str, tuple[str, str]] = {}
    for m in _SAID.finditer(text):
        kind = m["type"].lower()
        found[m["field"]] = (_NAMES.get(kind, kind), (m["inner"] or "").lower())
    return found


def mistyped(value: dict[str, Any], text: str) -> str | None:
    """The first field of the object whose value is of another type than the text states, if there is one."""
    for field, (kind, inner) in stated_types(text).items():
        if field not in value or value[field] is None:
            continue
        given = value[field]
        items = given if isinstance(given, list) and inner else []
        if not _TYPES[kind](given) or not all(_TYPES[inner](item) for item in items):
            return field
    return None
