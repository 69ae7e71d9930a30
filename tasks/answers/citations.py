"""An answer that cites its sources, without the citations."""

from __future__ import annotations

import re
from typing import Any

from tasks.answers.json_object import find_json
from tasks.records import Record

FOOTER = re.compile(r"^[^\w\n]{0,6}Sources?[*_]{0,2}:[*_]{0,2}[ \t]*(?P<ids>.*)\s*\Z", re.I | re.M)
"""A last line that names the sources."""


def strip_citations(record: Record, text: str) -> str:
    """The answer without its citations, out of the JSON object where it had to stand in one."""
    sources = record.formal.get("sources") or []
    if not sources:
        return text
    if record.formal.get("format") == "json" and isinstance(found := find_json(text), dict) and "answer" in found:
        answer = value_as_text(found["answer"])
        # In an object of its own the answer needs no word that says what it is.
        text = f"Answer: {answer}" if record.answer_form in {"option", "number", "order", "truth"} else answer
    text = FOOTER.sub("", text)
    known = "|".join(re.escape(s["id"]) for s in sources)
    return re.sub(rf"[ \t]*[\[\u3010](?:{known})(?:\s*[,;]\s*(?:{known}))*[\]\u3011]", "", text).strip()


def value_as_text(value: Any) -> str:
    """A JSON value as a reader would write it: a list as list items, true as True."""
    if isinstance(value, list):
        return "\n".join(f"- {value_as_text(item)}" for item in value)
    return ("True" if value else "False") if isinstance(value, bool) else str(value)
