"""Whether an answer meets the constraints of its record."""

from __future__ import annotations

import re

from pydantic import ValidationError

from tasks.checks.constraints import REQUIREMENTS
from tasks.checks.constraints.contract import Constraint
from tasks.checks.constraints.shapes import unfenced
from tasks.records import Record
from tasks.text.replies import reply

_UNSEEN = re.compile(r"<!--.*?-->|[\u00ad\u200b-\u200d\u2060\ufeff](?![\u0600-\u06ff\u0900-\u0dff])", re.S)
"""Comments and signs without width; in some scripts such signs join letters."""
_PREAMBLE = re.compile(
    r"\s*(?:(?:sure|certainly|of course|okay|ok)[^\n]{0,60}?[,!.:]\s*)?\W{0,4}(?:here(?:'s|\u2019s| is"
    r"| are)|below (?:is|are)|this is|the (?:\w+ ){0,3}(?:text|version|passage|list|rewrite|translation"
    r"|summary)|"
    r"(?:re\w+|edited|simplified|modified|updated) (?:\w+ )?(?:text|version|passage))[^\n]{0,160}:\W{0,4}\n",
    re.I,
)


def constraints_of(record: Record) -> list[Constraint] | None:
    """The record's constraints, None if one of them is not well-formed."""
    try:
        return [Constraint.model_validate(c) for c in record.constraints]
    except ValidationError:
        return None


def constraints_met(record: Record) -> str | None:
    """Rejects an answer that breaks one of the instruction's checkable requirements."""
    found = constraints_of(record)
    if found is None:
        return "a constraint of unknown form"
    whole = reply(record)
    text = body(whole)
    for c in found:
        row = REQUIREMENTS[c.kind]
        if problem := row.met(_UNSEEN.sub("", whole) if row.whole else text, c, record):
            return f"{c.kind}: {problem}"
    return None


def body(text: str) -> str:
    """The answer without a line that announces it, a code fence around the whole, and what nobody sees."""
    text = _UNSEEN.sub("", text)
    text = _PREAMBLE.sub("", text, count=1) if _PREAMBLE.match(text) else text
    return unfenced(text) if text.lstrip().startswith("```") else text
