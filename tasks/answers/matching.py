"""A matching: one lettered partner for each numbered item, as pairs such as 1-C."""

from __future__ import annotations

import re
from string import ascii_uppercase

from tasks.answers.choices import text_fault
from tasks.answers.final import answer_line, boxed, unmarked
from tasks.answers.form import Form, Readings, compare_readings, rightly_keyless
from tasks.records import Record

_JOIN = (
    r"(?:[ \t]*(?:→|->|=>|=|-|\u2013|—|:|,|\||\.|\)|\bto\b|\bwith\b|\bmatch(?:es|ed)?(?: with| to)?\b"
    r"|\bgoes with\b|\bis\b)[ \t]*|[ \t]+)"
)
_LETTER = r"[(\[]?([B-Z]|A(?![ \t]+[a-z]))[)\]]?(?![\w'\u2019])"
_PAIR = re.compile(rf"(?<![\w.])[(]?(\d{{1,2}})[)]?{_JOIN}{{0,3}}{_LETTER}")
_PAIRS_BACK = re.compile(rf"(?<![\w.])[(\[]?([A-Z])[)\]]?{_JOIN}{{1,3}}[(]?(\d{{1,2}})[)]?(?![\w])")
_PAIR_LINE = re.compile(
    rf"^[^\w\n]{{0,12}}(\d{{1,2}})\b.{{0,200}}?(?:→|->|=>|[-\u2013—:"
    rf"|=]|\bmatches\b|\bwith\b|\bis\b|\bto\b)[ \t]*{_LETTER}",
    re.M,
)
_NUMBERED_ITEM = re.compile(r"\s*(\d{1,2}):\s*(\S.*)", re.S)
_LETTERED_ITEM = re.compile(r"\s*([A-Z]):\s*(\S.*)", re.S)


def _read(record: Record, text: str) -> Readings:
    numbers = [m[1] for o in record.options if (m := re.match(r"\s*(\d{1,2})\s*[:.)]", o))]
    letters = {m[1] for o in record.options if (m := re.match(r"\s*([A-Z])\s*[:.)]", o))}
    part = answer_line(text) or boxed(text) or unmarked(text)
    for pattern, back in ((_PAIR, False), (_PAIRS_BACK, True), (_PAIR_LINE, False)):
        pairs = [(b, a) if back else (a, b) for a, b in pattern.findall(part)]
        pairs = [(number, letter) for number, letter in pairs if number in numbers and letter in letters]
        # A response may work through the pairs and then repeat them: the last full round counts.
        final = pairs[-len(numbers) :]
        if numbers and {n for n, _ in final} == set(numbers) and len(final) == len(numbers):
            return [sorted(f"{n}-{letter}" for n, letter in final)]
        if numbers and {n for n, _ in pairs} == set(numbers) and len(set(pairs)) == len(numbers):
            return [sorted({f"{n}-{letter}" for n, letter in pairs})]
    return []


def _same(key: list[str], found: list[str]) -> bool:
    return sorted(found) == sorted(re.sub(r"\s", "", member).upper() for member in key)


def _fault(record: Record) -> str | None:
    left = [m for o in record.options if (m := _NUMBERED_ITEM.fullmatch(o))]
    right = [m for o in record.options if (m := _LETTERED_ITEM.fullmatch(o))]
    if len(left) + len(right) != len(record.options) or len(left) < 2 or len(right) < 2:
        return "options are not numbered and lettered items, two or more of each"
    if [m[1] for m in left] != [str(i + 1) for i in range(len(left))]:
        return "the numbers do not run from 1"
    letters = [m[1] for m in right]
    if letters != list(ascii_uppercase[: len(letters)]):
        return "the letters do not run from A"
    if problem := text_fault([m[2] for m in left]) or text_fault([m[2] for m in right]):
        return problem
    if rightly_keyless(record):
        return None
    pairs = [re.fullmatch(r"\s*(\d{1,2})\s*-\s*([A-Z])\s*", k) for k in record.key]
    if not all(p and p[2] in letters for p in pairs) or sorted(int(p[1]) for p in pairs if p) != list(
        range(1, len(left) + 1)
    ):
        return "the key is not one pair for each number"
    return None


def _tidy_key(key: list[str], options: list[str]) -> list[str]:
    """Pair by pair, where the author put several into one string or other signs between the two."""
    pairs = (pair for item in key for pair in re.findall(r"(\d+)\s*[-:→=]+>?\s*([A-Za-z])\b", item))
    return [f"{number}-{letter.upper()}" for number, letter in pairs]


def _as_given(options: list[str]) -> list[str]:
    return options  # their numbers and letters belong to them


MATCHING = Form(
    "matching",
    fault=_fault,
    read=_read,
    compare=compare_readings(_read, _same),
    tidy_options=_as_given,
    tidy_key=_tidy_key,
    exact=True,
)
