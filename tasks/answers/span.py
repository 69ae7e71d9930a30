"""A span: words of the text that answer the question; the key holds those that do equally well."""

from __future__ import annotations

import re
from collections import Counter

from tasks.answers.equivalence import FORMULA, same_value
from tasks.answers.final import answer_line, emphasised, says, unmarked
from tasks.answers.form import Form, Readings, given_key, refuse_options, rightly_keyless
from tasks.records import Record
from tasks.text.words import bare

_NEGATED = re.compile(
    r"\b(?:not|never|rather than|instead of|unlike|other than|no longer|nor|without)(?: \w+){0,2} $"
    r"|\b(?:is|was|did|does|do|are|were|ca|wo)nt(?: \w+){0,2} $"
)
_LITTLE = frozenset([
    "of", "in", "on", "at", "to", "by", "for", "from", "with", "and", "or", "as", "is", "was", "were", "are", "be",
    "been", "it", "its", "his", "her", "their", "this", "that", "these", "those", "he", "she", "they", "who", "which",
    "into", "over", "because", "due", "had", "has", "have",
])  # fmt: skip


def _read(record: Record, text: str) -> Readings:
    stated = answer_line(text)
    if stated is None:
        told = says(text)
        clean = unmarked(text).strip()
        bold = emphasised(text)
        stated = told[-1][1] if told else bold[0] if len(bold) == 1 else clean if len(clean.split()) <= 15 else None
    lines = (stated or "").strip().splitlines()
    return [[lines[0].strip().strip("\"'“”").rstrip(".").strip()]] if lines and bare(lines[0]) else []


def _agrees(record: Record, text: str) -> bool | None:
    key, found = given_key(record), _read(record, text)
    if not key:
        return None
    if found and any(_same_span(found[0][0], k) for k in key):
        return True
    if answer_line(text) is not None and found:
        return any(FORMULA.search(k) and same_value(k, found[0][0]) is True for k in key)
    return any(_affirms(unmarked(text), k) for k in key)


def _same_span(found: str, key: str) -> bool:
    if _affirms(found, key):
        return True
    ours, theirs = (bare(x).split() for x in (found, key))
    both = sum((Counter(ours) & Counter(theirs)).values())
    if (
        len(ours) > 20
        or not both
        or any(c.isdigit() and c not in ours for c in theirs)
        or any(c.isdigit() and c not in theirs for c in ours)
    ):
        return False
    if {"not", "no", "never"} & (set(ours) ^ set(theirs)):
        return False
    extra, lost = ({_stem(w) for w in a} - {_stem(w) for w in b} - _LITTLE for a, b in ((ours, theirs), (theirs, ours)))
    return 2 * both / (len(ours) + len(theirs)) >= (0.75 if extra and lost else 0.6)


def _affirms(text: str, span: str) -> bool:
    """Whether the span stands in the text at least once without a negation before it."""
    said, wanted = f" {bare(text)} ", f" {bare(span)} "
    at = said.find(wanted) if wanted.strip() else -1
    while at >= 0:
        if not _NEGATED.search(said[max(0, at - 40) : at + 1]):
            return True
        at = said.find(wanted, at + 1)
    return False


def _stem(word: str) -> str:
    return re.sub(r"(?:ies|es|s|ed|ing)$", "", word) if len(word) > 4 else word


def _fault(record: Record) -> str | None:
    if problem := refuse_options(record):
        return problem
    if rightly_keyless(record):
        return None
    return None if record.key and all(k.strip() for k in record.key) else "an empty key"


SPAN = Form("span", fault=_fault, read=_read, agrees=_agrees)
