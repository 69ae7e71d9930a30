"""A text: free words, which no program compares, or an output that has to be stated exactly.

Such outputs are what a program prints and what the manner of working that examples show leads to.
"""

from __future__ import annotations

import re

from tasks.answers.final import emphasised, unmarked
from tasks.answers.form import Agreement, Form, Readings, refuse_options
from tasks.records import Record
from tasks.text.phrases import same_phrase
from tasks.text.plain import calm
from tasks.text.sentences import sentences

_LABEL = re.compile(
    r"^[ \t>#*_|-]*(?:(?:so|thus|therefore|hence|the|final|program'?s|its|expected)[ ,]+){0,3}"
    r"(?:output|outputs|answer|result|a|label|prints|printed|stdout|error|exception|becomes)"
    r"(?:[ \t]+(?:is|was|are))?[*_]*[ \t]*(?:[:=]|=>|->|→)[ \t*_]*(?P<rest>.*)$",
    re.I | re.M,
)
_ARROW = re.compile(r"(?:=>|->|→)[ \t]*(?P<rest>[^→>]*)$")
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n`]*\n(?P<body>.*?)^[ \t]*\1[ \t]*$", re.M | re.S)
_TURNED = re.compile(r"\b(?:not|never|than|of|no|or|and|plus|minus|times)\Z", re.I)
_BARE = 6
"""Words of a response beyond those of the key up to which it is an output and no talk about one."""
LONGEST_OUTPUT = 60
"""Words beyond which a whole answer is no bare output."""


def find_output(text: str) -> str | None:
    """The output that an answer states last; None if it states none."""
    shown = _shown(text)
    if shown is not None:
        return shown
    text = calm(text).strip()
    return text if text and len(text.split()) <= LONGEST_OUTPUT else None


def _shown(text: str) -> str | None:
    """The output behind a label or an arrow, in a fence or in the last cell of a table."""
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
    # What comes after the steps of a derivation counts, and is read as prose.
    last_line = text.splitlines()[-1] if text else ""
    return arrow["rest"].strip() if (arrow := _ARROW.search(last_line)) else None


def _told(text: str) -> list[str]:
    """The outputs that prose ends with: what is in bold or behind the last equals sign of its last sentence."""
    last = next(reversed(sentences(text)), "")
    bold = emphasised(last)
    told = [bold[-1]] if bold else []
    return [*told, *re.split(r"[=≈](?=[^=≈]*$)", unmarked(last))[1:]]


def _read(record: Record, text: str) -> Readings:
    found = find_output(text) if _verbatim(record) else None
    return [] if found is None else [[found]]


def _compare(record: Record, text: str) -> Agreement | None:
    if not _verbatim(record):
        return None
    if _same_output(record, text):
        return Agreement.SAME
    # Whether it said no output or another one shows only where an output can be told from talk.
    told = _shown(text) is not None or _told(text) or len(text.split()) <= _BARE + len(record.key[0].split())
    return Agreement.OTHER if told else Agreement.UNREAD


def _verbatim(record: Record) -> bool:
    """Whether the key is a text that the answer has to state exactly."""
    formal = record.formal
    stated = "query" in formal or formal.get("judged") in {"output", "error"}
    return stated and record.answer_form == "text" and bool(record.key)


def _same_output(record: Record, text: str) -> bool:
    """Whether the output that the text states is the key: letter by letter where a program made it, else as words."""
    found = find_output(text)
    by_program = record.formal.get("judged") or (record.formal.get("rule") or {}).get("cases")
    ways = {found, found.split("\n\n")[0], found.split("\n")[0]} if found is not None else set()
    if found is not None and record.formal.get("judged") == "error":
        ways |= {m[0] for m in re.finditer(r"\b[A-Z]\w+", found.split("\n")[0])}
    prose = _shown(text) is None and not record.formal.get("judged")
    for key in record.key:
        if any(_flat(way, key) == _flat(key, key) for way in ways) or (prose and _ends_with(text, key)):
            return True
        if not by_program and any(same_phrase(way, key) for way in ways):
            return True
    return False


def _ends_with(text: str, key: str) -> bool:
    """Whether prose ends with the output: behind an equals sign or colon, in quotes or bold, or behind a word."""
    last = next(reversed(sentences(calm(text).strip())), "")
    said, wanted = _flat(last, key).rstrip("\"'”’`).$"), _flat(key, key)
    if not wanted or not said.endswith(wanted):
        return False
    before = said[: -len(wanted)].rstrip(" \"'“‘`(")
    return not before or (before[-1] in "=:→>≈" or (before[-1].isalpha() and not _TURNED.search(before)))


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


TEXT = Form("text", fault=refuse_options, read=_read, compare=_compare)
