"""A set: members without an order."""

from __future__ import annotations

import re

from tasks.answers.final import answer_line, both_ends, list_items, says, unmarked
from tasks.answers.form import Agreement, Form, Readings, given_key, refuse_options, rightly_keyless
from tasks.answers.reference import paired, same_reference
from tasks.records import Record
from tasks.text.phrases import alike, content
from tasks.text.words import bare

_NOTE = re.compile(r"\s*(?:\s[-\u2013—]\s|:\s|\s\().*$", re.S)
_INTRO = re.compile(
    r"(?:\b(?:are|were|include[sd]?|is|was|contains?|namely|lists?|names?|mentions?|says?)\b:?|:)\s+", re.I
)


def _read(record: Record, text: str) -> Readings:
    """Each list as normalised members."""
    found = [sorted({bare(i) for i in items if bare(i)}) for items in _lists(text)]
    return list({tuple(f): f for f in found if f}.values())


def _lists(text: str) -> list[list[str]]:
    """The ways to read the list that the text gives, best first: members whole, and without the notes behind them."""
    stated = answer_line(text)
    clean = unmarked(stated if stated is not None else text).strip()
    items = list_items(clean) or _first_column(clean)
    if len(items) > 1:
        return _variants([items])
    lines = [line.strip() for line in clean.splitlines() if line.strip()]
    if len(lines) > 1 and all(len(line.split()) <= 12 for line in lines):
        rows = lines[1:] if lines[0].endswith(":") else lines
        return _variants([rows] if len(rows) > 1 else [_split(rows[0])])
    if stated is not None or len(clean.split()) <= 60:
        said = said_all[0] if (said_all := [rest for _, rest in says(clean)]) else (lines[0] if lines else "")
        tails = [said[m.end() :] for m in _INTRO.finditer(said)][:4]
        parts = [p for source in (*reversed(tails), said) for p in (_split(source), _split(source, False))]
        return _variants([p for p in parts if len(p) > 1])
    return []


def _first_column(text: str) -> list[str]:
    """What the rows of a table begin with, without its head."""
    rows = [line.strip().strip("|").split("|")[0].strip() for line in text.splitlines() if line.strip().startswith("|")]
    rules = [place for place, cell in enumerate(rows) if re.fullmatch(r":?-{2,}:?", cell)]
    return rows[rules[0] + 1 :] if rules else []


def _split(line: str, at_and: bool = True) -> list[str]:
    """The members of a list in one line."""
    line = line.strip().rstrip(".")
    parts = re.split(r"\s*;\s*(?:and\s+)?" if ";" in line else r"\s*,\s*(?:(?:and|or)\s+)?", line)
    if at_and and parts and re.search(r"\s(?:and|&)\s", parts[-1]):
        parts[-1:] = re.split(r"\s+(?:and|&)\s+", parts[-1])
    return [p for p in parts if p.strip()]


def _variants(lists: list[list[str]]) -> list[list[str]]:
    """Each list with its members whole and without the notes behind them, no member twice."""
    found = []
    for items in lists:
        for change in (items, [_NOTE.sub("", item) for item in items]):
            found.append(list({bare(item): item.strip() for item in change if bare(item)}.values()))
    return list({tuple(f): f for f in found if f}.values())


def _compare(record: Record, text: str) -> Agreement | None:
    key = given_key(record)
    if not key:
        return None
    found = [paired(key, items, lambda a, b: _same_member(a, b, record)) for items in _lists(both_ends(text))]
    if not found:
        return Agreement.UNREAD
    return Agreement.SAME if True in found else Agreement.UNCLEAR if None in found else Agreement.OTHER


def _same_member(wanted: str, found: str, record: Record) -> bool | None:
    """Members are names: one that is not named by its own words is another, unless most words are the same."""
    same = same_reference(wanted, found, record.passage, record.instruction)
    shared = any(alike(a, b) for a in content(wanted) for b in content(found))
    return same if shared or same else False


def _fault(record: Record) -> str | None:
    if problem := refuse_options(record):
        return problem
    if rightly_keyless(record):
        return None
    said = [bare(k) for k in record.key]
    return (
        None
        if len(said) >= 2 and all(said) and len(set(said)) == len(said)
        else "the key is not two or more distinct members"
    )


SET = Form("set", fault=_fault, read=_read, compare=_compare, exact=True)
