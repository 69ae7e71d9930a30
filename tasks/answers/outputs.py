"""Outputs that an answer states word for word: what a program prints, what an example's manner of working leads to."""

from __future__ import annotations

import re

from tasks.answers.final import unmarked
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
LONG = 60
"""Words beyond which a whole answer is no bare output."""


def literal(record: Record) -> bool:
    """Whether the key is a text that the answer has to state exactly."""
    formal = record.formal
    stated = "query" in formal or formal.get("judged") in {"output", "error"}
    return stated and record.answer_form == "text" and bool(record.key)


def stated_output(text: str) -> str | None:
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
    return text if text and len(text.split()) <= LONG else None


def stated_outputs(record: Record, text: str) -> list[list[str]]:
    """The one reading of an answer that must state its key exactly."""
    found = stated_output(text) if literal(record) else None
    return [] if found is None else [[found]]


def same_output(record: Record, text: str) -> bool:
    """Whether the output that the text states is the key: letter by letter where a program made it, else as words."""
    found = stated_output(text)
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
        re.sub(r"\s*,\s*", ", ", " ".join(line.split())) for line in unmarked_unless(said, key).strip().splitlines()
    ]
    flat = "\n".join(lines).strip().strip("\"'`“”")
    if not key.rstrip("\"'`").endswith("."):
        flat = flat.rstrip(".")
    return flat[1:-1] if len(flat) > 1 and flat[0] + flat[-1] in ("[]", "()") else flat


def unmarked_unless(said: str, key: str) -> str:
    """The text without emphasis, unless the key itself has such marks."""
    return said if any(mark in key for mark in "*_`$\\") else unmarked(said)
