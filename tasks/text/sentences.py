"""Sentences, told apart without taking an abbreviation for an end; items of a list and headings stand for themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

LIST_MARK = re.compile(r"^[ \t]*(?:[-*•+\u2013·]|\(?\d{1,3}[.)])[ \t]+", re.M)
"""The dash, dot or number before an item of a list, with its indent."""
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:mr|mrs|ms|dr|prof|st|no|nos|vs|fig|figs|eq|approx|ca|cf|vol|pp?|e\.g|i\.e|al|jr|sr|gen|col|capt|"
    r"lt|rev|hon|inc|ltd|co|dept|[a-z]|(?:[a-z]\.)+[a-z])\.$",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”\u2019)\]*_]*(?=\s)|[。\uff01\uff1f]+")


def sentences(text: str) -> list[str]:
    """The sentences of a text; a blank line or a list item ends one, a simple line break does not."""
    found: list[str] = []
    for block in _blocks(text):
        start = 0
        for end in _SENTENCE_END.finditer(block):
            after = block[end.end() :].lstrip()
            if _ABBREVIATION.search(block[max(start, end.start() - 12) : end.start() + 1]) and end.group() == ".":
                continue
            if after[:1].islower() and end.group()[0] in ".…":
                continue
            found.append(block[start : end.end()].strip())
            start = end.end()
        found.append(block[start:].strip())
    return [s for s in found if any(c.isalnum() for c in s)]


def _blocks(text: str) -> Iterator[str]:
    lines: list[str] = []
    for line in text.splitlines():
        item = LIST_MARK.match(line) or line.lstrip().startswith(("#", "|"))
        if lines and (item or not line.strip() or lines[-1].lstrip().startswith("#")):
            yield " ".join(lines)
            lines = []
        if line.strip():
            lines.append(line.strip() if not item else LIST_MARK.sub("", line).strip())
    if lines:
        yield " ".join(lines)
