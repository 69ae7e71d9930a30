"""A span: words of the text that answer the question; the key holds those that do equally well."""

from __future__ import annotations

import re
from typing import NamedTuple

from tasks.answers.asked import beyond, taken_up
from tasks.answers.equivalence import FORMULA, same_value
from tasks.answers.final import answer_line, beside_tables, emphasised, says, unmarked
from tasks.answers.form import Agreement, Form, Readings, given_key, refuse_options, rightly_keyless
from tasks.answers.reference import same_reference
from tasks.records import Record
from tasks.text.phrases import alike, content, find_phrase
from tasks.text.sentences import sentences
from tasks.text.words import bare

SHORT = 15
"""Words up to which a response is its own final statement."""
_TURNED = re.compile(
    r"[,;(]?\s*\b(?:(?:but |and )?not|never|rather than|instead of|unlike|other than|no longer|nor|without)\s+[^,;.()]+",
    re.I,
)
_NEGATED = re.compile(r"\b(?:not|never|n['\u2019]t|no longer|neither)\b[^,;.]{0,40}\Z", re.I)
_OR = re.compile(r"\b(?:or|and/or)\b", re.I)
_EITHER = re.compile(r"\beither\b|\bone of (?:the|these|those|them)\b", re.I)
_MAYBE = re.compile(r"\b(?:perhaps|possibly|maybe|probably|presumably|might|may|could)\b", re.I)
_BARE = 4
"""Words up to which a response is taken whole, whatever words of the question it has."""


def _read(record: Record, text: str) -> Readings:
    stated = final_words(record, text)
    lines = (stated.line if stated else "").strip().splitlines()
    return [[lines[0].strip().strip("\"'“”").rstrip(".").strip()]] if lines and bare(lines[0]) else []


class _Stated(NamedTuple):
    """What a response gives as its answer."""

    line: str
    outright: bool = True
    """Whether it says so; else the words were taken for the answer from where they stand."""


def final_words(record: Record, text: str) -> _Stated | None:
    """What the response gives as its answer: its answer line, what it says the answer is, the one thing in bold, the clause
    that takes the question up again, or all of a short response; None where it is prose without any of them."""
    stated = answer_line(text)
    if stated is not None:
        return _Stated(stated)
    text = beside_tables(text)
    told, bold = says(text), list(dict.fromkeys(emphasised(text)))
    clean = unmarked(text).strip()
    clause = taken_up(record.instruction, clean)
    if told:
        # "The order is Dina, Bo, Cem, and the tallest is Dina" says what the order is, not what the answer is.
        return _Stated(clause, outright=False) if clause and clause in told[-1][1] else _Stated(told[-1][1])
    if len(bold) == 1 or (bold and clean.rstrip(". ").endswith(bold[-1].rstrip(". "))):
        return _Stated(bold[-1])
    if clause is None or len(clean.split()) <= _BARE:
        return _Stated(clean) if len(clean.split()) <= SHORT else None
    return _Stated(clause, outright=False)


def _compare(record: Record, text: str) -> Agreement | None:
    key = given_key(record)
    if not key:
        return None
    stated = final_words(record, text)
    if stated is None:
        return _in_prose(record, key, unmarked(beside_tables(text)))
    lines = [part for part in stated.line.strip().splitlines() if bare(part)]
    line = next((part for part in lines if not part.rstrip().endswith(":")), "".join(lines[:1]))
    return _against(record, key, _Stated(line, stated.outright), unmarked(text))


def _against(record: Record, key: list[str], stated: _Stated, whole: str) -> Agreement:
    """The final statement against the key."""
    line = stated.line
    if not line:
        return Agreement.UNREAD
    if any(FORMULA.search(k) for k in key):
        values = [same_value(k, line) for k in key]
        if True in values or None not in values:
            return Agreement.SAME if True in values else Agreement.OTHER
    if any(_denied(line, k) for k in key):
        return Agreement.OTHER
    kept = _TURNED.sub(" ", line).strip(" \t\"'“”.,") or line
    if torn := _torn(record, key, kept):
        return torn
    found = [same_reference(k, kept, record.passage, record.instruction) for k in key]
    if True in found:
        return Agreement.UNCLEAR if _copied(record, key, kept) else Agreement.SAME
    # Who names the author's answer and gives another one means another.
    others = not any(alike(a, b) for k in key for a in content(k) for b in content(kept))
    named = others and any(find_phrase(whole, k) for k in key)
    listed = (
        others and all(find_phrase(record.instruction, k) for k in key) and _known(record.instruction, record, kept)
    )
    if listed or all(verdict is False for verdict in found):
        return Agreement.OTHER
    if named and (stated.outright or _known(f"{record.passage}\n{record.instruction}", record, kept)):
        return Agreement.OTHER
    return Agreement.UNCLEAR


def _copied(record: Record, key: list[str], line: str) -> bool:
    """Whether a statement is a whole sentence of the passage around the few words of the key: it leaves open which of them."""
    most = max(len(bare(k).split()) for k in key)
    return len(bare(line).split()) > 3 * most + 4 and bool(find_phrase(record.passage, line))


def _known(text: str, record: Record, line: str) -> bool:
    """Whether what a statement says beyond the question are things of the text: another person, place or thing of it."""
    given = content(text)
    return bool(beyond(line, record.instruction)) and all(
        any(alike(token, other) for other in given) for token in beyond(line, record.instruction)
    )


def _in_prose(record: Record, key: list[str], clean: str) -> Agreement:
    """Prose without a final statement: what it begins or ends with counts."""
    said = sentences(clean)
    ends = [s for s in dict.fromkeys([*said[:1], *said[-1:]])]
    for sentence in ends:
        if any(find_phrase(_TURNED.sub(" ", sentence), k) and not _denied(sentence, k) for k in key):
            return _torn(record, key, sentence) or Agreement.SAME
    return Agreement.UNCLEAR


def _denied(line: str, key: str) -> bool:
    """Whether the statement names the key only to deny it."""
    if not find_phrase(line, key):
        return False
    kept = _TURNED.sub(" ", line)
    return not find_phrase(kept, key) or bool(_NEGATED.search(_before(kept, key)))


def _before(line: str, key: str) -> str:
    words = bare(key).split()
    m = re.search(rf"\b{re.escape(words[0])}\b", line, re.I) if words else None
    return line[: m.start()] if m else ""


def _torn(record: Record, key: list[str], line: str) -> Agreement | None:
    """Whether the statement puts something else beside the key: several answers, or a doubt that a reader settles."""
    if any(_OR.search(k) for k in key) or _OR.search(
        record.instruction.rsplit("?", 2)[-2] if "?" in record.instruction else ""
    ):
        return None
    plain_line = re.sub(r"\([^()]*\)", " ", line)
    for m in _OR.finditer(plain_line):
        sides = (plain_line[: m.start()], plain_line[m.end() :])
        named = [any(find_phrase(side, k) for k in key) for side in sides]
        if any(named) and not all(named):
            other = sides[named.index(False)]
            shown = [t for t in content(other) if any(alike(t, word) for word in content(record.passage))]
            return (
                Agreement.SEVERAL
                if _EITHER.search(plain_line) or (shown and len(content(other)) < 6)
                else Agreement.UNCLEAR
            )
    return Agreement.UNCLEAR if _MAYBE.search(plain_line) and len(plain_line.split()) < 30 else None


def _fault(record: Record) -> str | None:
    if problem := refuse_options(record):
        return problem
    if rightly_keyless(record):
        return None
    return None if record.key and all(k.strip() for k in record.key) else "an empty key"


SPAN = Form("span", fault=_fault, read=_read, compare=_compare)
