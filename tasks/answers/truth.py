"""A judgement of a claim: true or false."""

from __future__ import annotations

import re

from tasks.answers.final import after_answer, answer_line, both_ends, boxed, first_sentence, says, unmarked
from tasks.answers.form import Agreement, Form, Readings, given_key, refuse_options, rightly_keyless
from tasks.records import Record
from tasks.text.plain import plain

_TRUE = r"true|correct|accurate|right|supported|yes"
_FALSE = r"false|incorrect|inaccurate|wrong|untrue|unsupported|contradicted|no"
_VERDICT = re.compile(
    rf"(?P<not>(?:\b(?:not|cannot|hardly|never)|n['\u2019]t)[ \t]+(?:(?:be|quite|entirely|strictly|exactly)[ \t]+){{0,2}})?"
    rf"\b(?:(?P<true>{_TRUE}|t)|(?P<false>{_FALSE}|f))\b",
    re.I,
)
_LEAD = re.compile(
    rf"\W*(?P<not>not[ \t]+)?(?:(?P<true>{_TRUE})|(?P<false>{_FALSE}))\b(?![ \t]+(?:or\b|and\b|to\b|that\b|[a-z]+ing\b))",
    re.I,
)
_CLAIM = re.compile(
    r"(?P<if>\b(?:if|whether|were|had|would make|that)[ \t]+)?\b(?:the|this|that|his|her|their"
    r"|its)[ \t]+(?:given[ \t]+|stated[ \t]+)?(?:statement|claim|assertion|proposition|sentence)\b"
    r"(?:[ \t]+(?:that|in|as|about|above|made)\b[^.\n]{0,200}?"
    r"|[ \t]*[\"“(][^\"”)\n]{0,300}[\"”)])?,?[ \t]+(?:is|was|must be|would be|turns out to be"
    r"|proves(?: to be)?|appears(?: to be)?)[ \t]+"
    r"(?:therefore[ \t]+|thus[ \t]+|clearly[ \t]+|indeed[ \t]+|actually[ \t]+|factually[ \t]+)?"
    rf"(?P<not>not[ \t]+)?(?:(?P<true>{_TRUE})|(?P<false>{_FALSE}))\b(?![ \t]+or\b)",
    re.I,
)
_IS = re.compile(
    r"\b(?:it|this|that)(?:[ \t]+is|['\u2019]s)[ \t]+(?:therefore[ \t]+"
    r"|thus[ \t]+)?(?P<not>not[ \t]+)?(?:(?P<true>true)|(?P<false>false))[ \t]*[.!]?[ \t]*$",
    re.I | re.M,
)


_PARTLY = re.compile(
    r"\W*(?:only )?(?:partly|partially|half|mostly|largely)\b|\W*(?:both )?(?:true|false) and (?:true|false)\b", re.I
)
_PLAINLY = re.compile(
    r"(?P<not>(?:\b(?:not|cannot|hardly|never)|n['\u2019]t)[ \t]+(?:be[ \t]+)?)?\b(?:(?P<true>true)|(?P<false>false))\b",
    re.I,
)


def judge_claim(text: str) -> str | None:
    """`true` or `false` as the response finally judges the claim, None if it does not say or says both."""
    return _judged(text)[0]


def _judged(text: str) -> tuple[str | None, bool]:
    """The judgement, and whether the response judges both ways, or by halves."""
    clean = unmarked(text).strip()
    for statement in (answer_line(text), boxed(text)):
        if statement is not None:
            first = first_sentence(statement.split("\n", 1)[0])
            found = _value(_VERDICT.search(first) or _VERDICT.search(statement))
            later = _cues(after_answer(text), after_answer(text))
            torn = bool(_PARTLY.search(first)) or (bool(later) and later[-1] not in (None, found))
            return (None, True) if torn else (found, False)
    cues = _cues(clean, text)
    first_said = _LEAD.match(clean)
    last = cues[-1] if cues else None
    if _PARTLY.match(clean) or (first_said and last and _value(first_said) != last):
        return None, True
    if first_said or last:
        return last or _value(first_said), False
    found_all = {_value(m) for m in _PLAINLY.finditer(clean)}
    return (found_all.pop(), False) if len(found_all) == 1 and len(plain(clean)) < 300 else (None, len(found_all) > 1)


def _cues(clean: str, raw: str) -> list[str | None]:
    """The judgements that the text states, in order."""
    cues = [(m.start(), _value(m)) for m in _CLAIM.finditer(clean) if not m["if"]]
    cues += [(m.start(), _value(m)) for m in _IS.finditer(clean)]
    cues += [(at, _value(m)) for at, rest in says(raw) if (m := _LEAD.match(rest))]
    if m := re.search(r"(?:^|\n)[^\w\n]{0,9}(?:(?:so|therefore|thus|hence)\W+)?(true|false)\W*$", clean, re.I):
        cues.append((len(clean), m[1].lower()))
    return [value for _, value in sorted(cues, key=lambda cue: cue[0])]


def _value(m: re.Match[str] | None) -> str | None:
    return None if m is None else "true" if bool(m["true"]) != bool(m["not"]) else "false"


def _read(record: Record, text: str) -> Readings:
    found = judge_claim(text)
    return [[found]] if found else []


def _compare(record: Record, text: str) -> Agreement | None:
    key = [member.strip().lower() for member in given_key(record)]
    if not key:
        return None
    found, torn = _judged(both_ends(text))
    if found is None:
        return Agreement.SEVERAL if torn else Agreement.UNREAD
    return Agreement.SAME if [found] == key else Agreement.OTHER


def _fault(record: Record) -> str | None:
    if problem := refuse_options(record):
        return problem
    if rightly_keyless(record):
        return None
    return None if record.key in (["true"], ["false"]) else "the key is neither true nor false"


def _tidy_key(key: list[str], options: list[str]) -> list[str]:
    return [item.strip(" .").lower() for item in key]


TRUTH = Form("truth", fault=_fault, read=_read, compare=_compare, tidy_key=_tidy_key, exact=True)
