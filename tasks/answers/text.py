"""A text: free words, which no program compares, or an output that has to be stated exactly.

Such outputs are what a program prints and what the manner of working that examples show leads to.
"""

from __future__ import annotations

import re

from tasks.answers.final import unmarked
from tasks.answers.form import Form, Readings, refuse_options
from tasks.records import Record
from tasks.text.plain import calm
from tasks.text.words import bare

_LABEL = re.compile(
    r"^[ \t>#*_|-]*(?:(?:so|thus|therefore|hence|the|final|program'?s|its|expected)[ ,]+){0,3}"
    r"(?:output|outputs|answer|result|a|label|prints|printed|stdout|error|exception|becomes)"
    r"(?:[ \t]+(?:is|was|are))?[*_]*[ \t]*(?:[:=]|=>|->|→)[ \t*_]*(?P<rest>.*)$",
    re.I | re.M,
)
_ARROW = re.compile(r"(?:=>|->|→)[ \t]*(?P<rest>[^\n]*)$", re.M)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n`]*\n(?P<body>.*?)^[ \t]*\1[ \t]*$", re.M | re.S)
LONGEST_OUTPUT = 60
"""Words beyond which a whole answer is no bare output."""


def find_output(text: str) -> str | None:
    """The output that an answer states last; None if it states none."""
    text = calm(text).strip()
    fences = list(_FENCE.finditer(text))
    labels = list(_LABEL.finditer(text))
    last = labels[-1] if labels else None
    if fences and (last is None or fences[-1].end() > last.end()):
        return fences[-1]["body"].strip("\n")
    if last is not None:
        rest = last["rest"].strip()
        after = text[last.end() :].strip("\n")
        return f"{rest}\n{after}".strip("\n") if rest else after or None
    if row := re.search(r"^\|.*\|[ \t]*([^|\n]+?)[ \t]*\|\s*$", text.splitlines()[-1] if text else ""):
        return row[1]
    if arrows := list(_ARROW.finditer(text)):
        return arrows[-1]["rest"].strip()
    return text if text and len(text.split()) <= LONGEST_OUTPUT else None


def _read(record: Record, text: str) -> Readings:
    found = find_output(text) if _verbatim(record) else None
    return [] if found is None else [[found]]


def _agrees(record: Record, text: str) -> bool | None:
    return _same_output(record, text) if _verbatim(record) else None


def _verbatim(record: Record) -> bool:
    """Whether the key is a text that the answer has to state exactly."""
    formal = record.formal
    stated = "query" in formal or formal.get("judged") in {"output", "error"}
    return stated and record.answer_form == "text" and bool(record.key)


def _same_output(record: Record, text: str) -> bool:
    """Whether the output that the text states is the key: letter by letter where a program made it, else as words."""
    found = find_output(text)
    if found is None:
        return False
    by_program = record.formal.get("judged") or (record.formal.get("rule") or {}).get("cases")
    ways = {found, found.split("\n\n")[0], found.split("\n")[0]}
    if record.formal.get("judged") == "error":
        ways |= {m[0] for m in re.finditer(r"\b[A-Z]\w+", found.split("\n")[0])}
    for key in record.key:
        if any(_flat(way, key) == _flat(key, key) for way in ways):
            return True
        if not by_program and any(bare(way) == bare(key) for way in ways):
            return True
    return False


def _flat(said: str, key: str) -> str:
    """The text line by line, without the marks that a writer puts around an output."""
    lines = [
        re.sub(r"\s*,\s*", ", ", " ".join(line.split())) for line in _unmarked_unless(said, key).strip().splitlines()
    ]
    flat = "\n".join(lines).strip().strip("\"'`“”")
    if not key.rstrip("\"'`").endswith("."):
        flat = flat.rstrip(".")
    return flat[1:-1] if len(flat) > 1 and flat[0] + flat[-1] in ("[]", "()") else flat


def _unmarked_unless(said: str, key: str) -> str:
    """The text without emphasis, unless the key itself has such marks."""
    return said if any(mark in key for mark in "*_`$\\") else unmarked(said)


TEXT = Form("text", fault=refuse_options, read=_read, agrees=_agrees)
