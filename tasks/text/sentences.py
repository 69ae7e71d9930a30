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
# Possessive, and never from within a run of stops: else a long line of dots takes quadratic time.
_STOP = re.compile(
    r"(?<![.!?\u2026])[.!?\u2026]++[\"'\u201d\u2019\u00bb)\]*_]*+\s++(?=\S)"
    r"|(?<![\u3002\uff01\uff1f])[\u3002\uff01\uff1f]++[\u300d\u300f\u201d\u2019\uff09]*+\s*+(?=\S)"
    r"|[\u0964\u06d4\u061f]\s++(?=\S)"
)
_SHORT_FORM = re.compile(
    r"(?:^|[\s(\[\"'\u201c\u2018])(?:[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]|mrs?|ms|dr|prof|st|jr|sr|vs|etc|ca|cf|al|eds?|vol|no|nos|nr|pp?|figs?|"
    r"eqs?|sec|ch|art|approx|dept|est|inc|ltd|co|corp|gen|col|lt|sgt|capt|rev|hon|gov|sen|rep|jan|feb|mar|apr|jun|jul|aug|"
    r"sept?|oct|nov|dec|mt|min|max|ave|bzw|usw|evtl|ggf|sog|vgl|abs|bd|hrsg)$",
    re.IGNORECASE,
)


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


def sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the sentences of one paragraph of a document stand, in any script; together they hold all but the spaces between.

    Unlike :func:`sentences` it changes nothing, takes an item of a list as it stands, and knows more short forms.
    """
    left = start
    for stop in _STOP.finditer(text, start, end):
        if text[stop.start()] == "." and not _ends(text, left, stop):
            continue
        yield left, stop.start() + len(stop.group().rstrip())
        left = stop.end()
    yield left, end


def _ends(text: str, left: int, stop: re.Match[str]) -> bool:
    """Whether a full stop ends its sentence: no abbreviation or initial before it, no small letter after it."""
    if text[stop.end()].islower():
        return False
    return len(stop.group().rstrip()) > 1 or not _SHORT_FORM.search(text[max(left, stop.start() - 20) : stop.start()])
