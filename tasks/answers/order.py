"""An order: the letters of all items, first to last."""

from __future__ import annotations

import re

from tasks.answers.choices import OPTION_LETTERS, carry_letters, text_fault
from tasks.answers.final import answer_line, boxed, list_items, unmarked
from tasks.answers.form import Form, Readings, compare_readings, rightly_keyless
from tasks.records import Record
from tasks.text.words import holds

_RUN = re.compile(
    r"(?<![\w'\u2019])[(\[]?[A-H][)\]]?(?:\s*(?:,\s*(?:and\s+|then\s+)?|→|->|=>|>|;|\||\u2013|—|-|/"
    r"|\bthen\b|\band\b|\s)\s*[(\[]?[A-H][)\]]?(?![\w'\u2019])){2,7}"
)
_PACKED = re.compile(r"(?<!\w)[A-H]{3,8}(?!\w)")
_ITEM_LETTER = re.compile(r"(?:option|item|event|step)?\s*[(\[]?([A-H])[)\]]?(?![\w'\u2019])(?!\s+[a-z])", re.I)
_LINE_LETTER = re.compile(r"^[ \t]*[(]?([A-H])(?:[).:]|\s*[-\u2013—]|\s*$)", re.M)
_LONE = re.compile(r"(?<![\w'\u2019-])([B-H]|A(?![ \t]+(?!and\b|then\b)[a-z]))(?![\w'\u2019])")


def _read(record: Record, text: str) -> Readings:
    letters = set(OPTION_LETTERS[: len(record.options)])
    stated = answer_line(text) or boxed(text)
    part = stated or unmarked(text)
    runs = [re.findall(r"[A-H](?![\w'\u2019])", m[0]) for m in _RUN.finditer(part)] or [
        list(m[0]) for m in _PACKED.finditer(part)
    ]
    whole = [run for run in runs if len(run) == len(letters) and set(run) == letters]
    if whole:
        return [whole[-1]]
    lone = _LONE.findall(part)
    if len(lone) == len(letters) and set(lone) == letters:
        return [lone]
    if runs and stated:
        return []
    items = list_items(part)
    for marks in (
        [m[1].upper() for i in items if (m := _ITEM_LETTER.match(i))],
        [m[1] for m in _LINE_LETTER.finditer(part)],
        _by_text(record.options, items),
    ):
        if len(marks) == len(letters) and set(marks) == letters:
            return [marks]
    return []


def _by_text(options: list[str], items: list[str]) -> list[str]:
    found = [[OPTION_LETTERS[i] for i, o in enumerate(options[:8]) if holds(item, o)] for item in items]
    return [f[0] for f in found if len(f) == 1]


def _same(key: list[str], found: list[str]) -> bool:
    return found == [member.strip().upper() for member in key]


def _fault(record: Record) -> str | None:
    count = len(record.options)
    if not 3 <= count <= 8:
        return f"{count} items to order"
    if problem := text_fault(record.options):
        return problem
    if carry_letters(record.options):
        return "an item begins with a letter of its own"
    if rightly_keyless(record):
        return None
    return None if sorted(record.key) == list(OPTION_LETTERS[:count]) else "the key is no permutation of the items"


def _tidy_key(key: list[str], options: list[str]) -> list[str]:
    """Letter by letter, where the author put several into one string."""
    parts = (part.strip(" .()") for item in key for part in re.split(r"[,;>→–\s-]+", item))
    return [part.upper() for part in parts if part]


ORDER = Form("order", fault=_fault, read=_read, compare=compare_readings(_read, _same), tidy_key=_tidy_key, exact=True)
