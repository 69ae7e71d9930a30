"""Whether a response does all that was asked beside the answer: reasons against the other options, a quotation to its end."""

from __future__ import annotations

import re

from tasks.answers.final import answer_line, unmarked
from tasks.answers.option import pick_option
from tasks.answers.weighing import said_options, weigh
from tasks.checks.check import Doubt
from tasks.records import Record
from tasks.text.phrases import alike, content, find_phrase, tokens
from tasks.text.replies import reply
from tasks.text.sentences import sentences
from tasks.text.words import words

_OTHERS = re.compile(
    r"\b(?:(?:each|every|any|all)(?: of)?(?: the)?(?: \w+)? (?:options?|choices?|alternatives?|answers?|ones?|others?|three)"
    r"|(?:the )?(?:other|remaining|wrong|rejected|tempting|incorrect|false|unsuitable)"
    r" (?:\w+ )?(?:options|choices|alternatives|answers|ones)"
    r"|the (?:others|rest|remaining|distractors|alternatives)|(?:each|every) other|other (?:two|three|four))\b",
    re.I,
)
_REASONS = re.compile(
    r"\b(?:why|reasons?|explain|explanation|justify|rule (?:\w+ )*out|exclude|eliminate|refute|objections?|what (?:is|makes?)"
    r"|comment|dismiss|speaks against|where\b.*\bgoes? wrong)\b",
    re.I,
)
_TOGETHER = re.compile(r"\b(?:others?|rest|remaining|neither|both|alternatives|distractors|each|all)\b", re.I)
_ALL_OF_IT = re.compile(
    r"\b(?:all of (?:it|that|the)|in full|to (?:the|its) (?:very )?end|(?:whole|entire|complete|full)(?: \w+)?"
    r" (?:sentence|passage|line|rule|warning|statement|remark|instruction|quotation|wording|text|paragraph|it)"
    r"|(?:word for word|verbatim) and (?:whole|complete|entire|in full)|completely"
    r"|nothing left out|without (?:leaving|omitting))\b",
    re.I,
)
_TO_QUOTE = re.compile(
    r"\b(?:quot\w+|cop(?:y|ied)|cite|repeat|reproduce|write (?:it )?out|give|word for word|verbatim)\b", re.I
)
_QUOTED = re.compile(r"“([^“”]{8,900})”|«([^«»]{8,900})»|(?<!\w)\"([^\"]{8,900})\"(?!\w)|^>\s?(.{8,900})$", re.M)
_LEAST = 4
"""Words from which on something in quotation marks is a quotation."""
_MISSING = 3
"""Words of a sentence whose absence shows that its quotation breaks off."""


def asked_in_full(record: Record) -> str | Doubt | None:
    """Rejects a quotation that breaks off where all of it was asked for; asks where reasons for options seem to be missing."""
    if not record.answerable or not record.messages:
        return None
    asked = _asked(record)
    if len(record.options) > 2 and record.answer_form == "option":
        return _reasons(record, asked)
    return _breaks_off(record, asked) if record.evidence else None


def _asked(record: Record) -> list[str]:
    """The sentences of the last request without what it is about."""
    last = next((str(m.get("content") or "") for m in reversed(record.messages[:-1]) if m.get("role") == "user"), "")
    for shown in (record.passage, *record.options):
        last = last.replace(shown, " ") if shown else last
    return sentences(last)


def _reasons(record: Record, asked: list[str]) -> Doubt | None:
    wanted = any(_OTHERS.search(s) and _REASONS.search(s) and not s.rstrip("\"'”’)* ").endswith("?") for s in asked)
    if not wanted:
        return None
    text = reply(record)
    line = answer_line(text)
    rest = unmarked(text).rpartition(line)[0] if line else unmarked(text)
    picked = pick_option(record.options, text)
    others = [i for i in range(len(record.options)) if picked is None or i != ord(picked) - ord("A")]
    named = {m.option for m in weigh(record.options, rest)} | set(said_options(record.options, rest))
    if named & set(others) or _TOGETHER.search(rest) or any(_own(record, i, rest) for i in others):
        return None
    return Doubt(
        "the reasons asked for against other options are missing",
        "The task asks for reasons against the options that are not chosen. Does the response give them?",
    )


def _own(record: Record, place: int, text: str) -> bool:
    """Whether the text has a word that this option alone has."""
    elsewhere = [t for i, o in enumerate(record.options) if i != place for t in content(o)]
    elsewhere += content(record.instruction)
    mine = [t for t in content(record.options[place]) if not any(alike(t, other) for other in elsewhere)]
    return any(alike(t, said) for t in mine for said in content(text))


def _breaks_off(record: Record, asked: list[str]) -> str | None:
    quoting = any(_TO_QUOTE.search(s) and _ALL_OF_IT.search(s) for s in [*asked, *sentences(record.instruction)])
    if not quoting:
        return None
    text = reply(record)
    quotes = ["".join(part or "" for part in m.groups()) for m in _QUOTED.finditer(unmarked(text).replace("**", ""))]
    quotes = [q for q in quotes if len(words(q)) >= _LEAST]
    given = [*content(text), *content(record.instruction)]
    for whole in (s for quote in record.evidence for s in sentences(quote)):
        if not any(find_phrase(whole, q.strip(" .…,;:")) for q in quotes):
            continue
        missing = [t for t in content(whole) if not any(alike(t, other) for other in given)]
        if len(missing) >= _MISSING and len(tokens(whole)) > _LEAST:
            return "a quotation breaks off although all of it was asked for"
    return None
