"""A judgement of a claim: true or false."""

from __future__ import annotations

import re

from tasks.answers.final import answer_line, boxed, first_sentence, says, unmarked
from tasks.answers.form import Form, Readings, compare_readings, refuse_options, rightly_keyless
from tasks.records import Record
from tasks.text.plain import plain

_TRUE = r"true|correct|accurate|right|supported|yes"
_FALSE = r"false|incorrect|inaccurate|wrong|untrue|unsupported|contradicted|no"
_VERDICT = re.compile(
    rf"(?P<not>\b(?:not|n['\u2019]t|hardly|never)[ \t]+(?:quite[ \t]+|entirely[ \t]+"
    rf"|strictly[ \t]+)?)?\b(?:(?P<true>{_TRUE}|t)|(?P<false>{_FALSE}|f))\b",
    re.I,
)
_LEAD = re.compile(
    rf"\W*(?P<not>not[ \t]+)?(?:(?P<true>{_TRUE})|(?P<false>{_FALSE}))\b(?![ \t]+(?:or\b|to\b|that\b|[a-z]+ing\b))",
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


def judge_claim(text: str) -> str | None:
    """`true` or `false` as the response finally judges the claim, None if it does not say or says both."""
    clean = unmarked(text).strip()
    for statement in (answer_line(text), boxed(text)):
        if statement is not None:
            return _value(_VERDICT.search(first_sentence(statement.split("\n", 1)[0])) or _VERDICT.search(statement))
    cues = [(m.start(), _value(m)) for m in _CLAIM.finditer(clean) if not m["if"]]
    cues += [(m.start(), _value(m)) for m in _IS.finditer(clean)]
    cues += [(at, _value(m)) for at, rest in says(text) if (m := _LEAD.match(rest))]
    if m := re.search(r"(?:^|\n)[^\w\n]{0,9}(?:(?:so|therefore|thus|hence)\W+)?(true|false)\W*$", clean, re.I):
        cues.append((len(clean), m[1].lower()))
    first = _LEAD.match(clean)
    last = max(cues, key=lambda cue: cue[0], default=(0, None))[1]
    if first and last and _value(first) != last:
        return None
    if first or last:
        return last or _value(first)
    found = {
        _value(m) for m in re.finditer(r"(?P<not>\bnot[ \t]+)?\b(?:(?P<true>true)|(?P<false>false))\b", clean, re.I)
    }
    return found.pop() if len(found) == 1 and len(plain(clean)) < 300 else None


def _value(m: re.Match[str] | None) -> str | None:
    return None if m is None else "true" if bool(m["true"]) != bool(m["not"]) else "false"


def _read(record: Record, text: str) -> Readings:
    found = judge_claim(text)
    return [[found]] if found else []


def _same(key: list[str], found: list[str]) -> bool:
    return found == [member.strip().lower() for member in key]


def _fault(record: Record) -> str | None:
    if problem := refuse_options(record):
        return problem
    if rightly_keyless(record):
        return None
    return None if record.key in (["true"], ["false"]) else "the key is neither true nor false"


def _tidy_key(key: list[str], options: list[str]) -> list[str]:
    return [item.strip(" .").lower() for item in key]


TRUTH = Form("truth", fault=_fault, read=_read, agrees=compare_readings(_read, _same), tidy_key=_tidy_key, exact=True)
