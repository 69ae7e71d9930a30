"""Values of arguments: whether two are the same, whether a text states one, and where one that the key lacks comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from tasks.kinds.tools.trace import leaves
from tasks.records import Json
from tasks.text.dates import with_iso_dates
from tasks.text.numbers import quantities
from tasks.text.phrases import same_phrase, says_phrase
from tasks.text.plain import plain
from tasks.text.words import bare, holds, words

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?|\d{1,2}:\d{2}.*|[\d/.-]+")
_EXACT_TIME = re.compile(r"\d{2}:\d{2}(?::\d{2})?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_RELATIVE = re.compile(
    r"\b(?:today|tomorrow|tonight|yesterday|now|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekend|weeks?|months?|days?"
    r"|hours?|minutes?|noon|midnight|morning|evening|afternoon)\b"
)
_PERIOD = re.compile(r"(?:(?P<year>\d{4})[-/ ]?)?(?P<part>[qhw])0?(?P<number>\d{1,2})(?:[-/ ]?(?P<then>\d{4}))?", re.I)
_PARTS = {"q": "quarter", "h": "half(?:[- ]year)?", "w": "week"}
_ORDINALS = ("first|1st", "second|2nd", "third|3rd", "fourth|4th")
_LAST = {"q4", "h2"}
_FREE_TEXT = 4
"""Words from which on a value is prose, which may be put in several ways."""
_SCALES = (1, 100, 60, 1000, 24, 7, 12, 1024)


def telling(value: Any) -> bool:
    """Whether a value is specific enough to look for in a text."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float):
        return abs(value) > 1
    return (
        isinstance(value, str)
        and len(bare(value)) > 1
        and bare(value) not in {"true", "false", "none", "null", "default", "all", "any"}
    )


def is_date(value: str) -> bool:
    """Whether a value is a date, a time or a number, which a request may state in another form."""
    return bool(_DATE.fullmatch(value.strip()))


def stated(text: str, value: Any) -> bool:
    """Whether the text states the value: the phrase itself, or most of its words, or a number equal to it."""
    if isinstance(value, bool):
        return str(value).lower() in words(text)
    if isinstance(value, int | float):
        return any(float(v) == value or float(scaled) == value for v, scaled in quantities(text))
    if isinstance(value, list | dict):
        return any(stated(text, v) for v in (value.values() if isinstance(value, dict) else value))
    value = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(value))
    if period := _PERIOD.fullmatch(value.strip()):
        return _names_period(plain(text), period)
    if holds(text, value) or plain(value) in plain(text) or says_phrase(text, value):
        return True
    said, wanted = {_stem(w) for w in words(text)}, [_stem(w) for w in bare(value).split()]
    return bool(wanted) and sum(w in said for w in wanted) >= (len(wanted) if len(wanted) <= 2 else 0.6 * len(wanted))


def _names_period(said: str, period: re.Match[str]) -> bool:
    """Whether the text names a quarter, half or week of a year in words or as a code; a year that either leaves out is free."""
    part, number, year = period["part"].lower(), int(period["number"]), period["year"] or period["then"]
    ordinal = _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"{number}(?:st|nd|rd|th)"
    last = "|last" if f"{part}{number}" in _LAST else ""
    name = _PARTS[part]
    there = re.search(
        rf"\b(?:(?:{ordinal}{last}) {name}|{name} (?:no\. ?|number )?0?{number}|{part}0?{number})\b(?!\d)"
        rf"|\d[-/ ]?{part}0?{number}\b",
        said,
    )
    years = re.findall(r"(?<!\d)(?:19|20|21)\d\d(?!\d)", said)
    return there is not None and (not year or not years or year in years)


def _stem(word: str) -> str:
    return re.sub(r"(?:ies|es|s|ed|ing|y)$", "", word) if len(word) > 3 else word


def given(said: str, value: Any) -> bool:
    """Whether the user's words give the value, a date by its day or as one reckoned from today."""
    if isinstance(value, str) and _ISO.fullmatch(value):
        day = rf"(?<!\d)0?{int(value[8:])}(?:st|nd|rd|th)?(?!\d)"
        return value in with_iso_dates(said) or bool(re.search(day, plain(said)) or _RELATIVE.search(plain(said)))
    return (isinstance(value, bool) or value is None or value == "") or stated(said, value)


def same(wanted: Any, actual: Any) -> bool | None:
    """Whether two arguments say the same; None where they differ in words that may mean the same."""
    if isinstance(wanted, dict) and isinstance(actual, dict):
        return all_same(same(v, actual[k]) for k, v in wanted.items()) if wanted.keys() == actual.keys() else False
    if isinstance(wanted, list) and isinstance(actual, list):
        if len(wanted) != len(actual):
            return False
        in_order = all_same(same(w, a) for w, a in zip(wanted, actual, strict=True))
        as_set = sorted(map(str, wanted)) == sorted(map(str, actual))
        return None if in_order is False and as_set else in_order
    if isinstance(wanted, bool | None) or isinstance(actual, bool | None):
        return str(wanted).lower() == str(actual).lower()
    ours, theirs = str(wanted).strip(), str(actual).strip()
    if _EXACT_TIME.fullmatch(ours) and _EXACT_TIME.fullmatch(theirs):  # a clock of 24 hours has no second reading
        return ours[:5] == theirs[:5]
    if same_phrase(ours, theirs) or _joined(plain(ours)) == _joined(plain(theirs)):
        return True
    return _alike(bare(ours), bare(theirs)) if isinstance(wanted, str) and isinstance(actual, str) else False


def all_same(found: Iterable[bool | None]) -> bool | None:
    """True if all are, False if one is not, None if one is in doubt."""
    told = list(found)
    return False if False in told else None if None in told else True


def _alike(ours: str, theirs: str) -> bool | None:
    """Two texts that are not the same: in doubt if both are prose, or if one is the other's beginning without a figure."""
    one, other = ours.split(), theirs.split()
    if sorted(one) == sorted(other):
        return True
    if {w for w in one if any(map(str.isdigit, w))} != {w for w in other if any(map(str.isdigit, w))}:
        return False
    if set(other) < set(one):
        return None  # part of a name or of a query: the function may find it all the same
    prose = min(len(one), len(other)) >= _FREE_TEXT and not set(one) < set(other)
    return None if prose else False


def _joined(text: str) -> str:
    """A name or number without what merely parts it: `0555 2170`, `0555-2170`."""
    return re.sub(r"(?<=\w)[\s()/_-]+(?=\w)", "", text) if len(text) > 5 and re.search(r"\d", text) else text


def comes_from(value: Any, facts: Json, said: str) -> bool | None:
    """Whether a value stands in what was said and found before, or follows from it; None where words could carry it."""
    return all_same(_leaf_comes_from(leaf, facts, said) for _, leaf in leaves(value))


def _leaf_comes_from(value: Any, facts: Json, said: str) -> bool | None:
    if isinstance(value, bool) or value in (None, "", 0, 1) or value == facts.get("default") or stated(said, value):
        return True
    if isinstance(value, int | float):
        found = {float(n) for pair in quantities(said) for n in pair}
        return any(value * k in found or value / k in found for k in _SCALES) or (
            None if value in range(2, 21) else False
        )
    if "enum" in facts:
        return None
    text = str(value)
    if dates := _ISO.findall(text):
        return all(given(said, d) for d in dates)
    marked = [w for w in re.findall(r"[\w@.+-]+", text) if re.search(r"[\d@]", w)]
    if marked:
        known = _squeezed(said)
        return all(_squeezed(w) in known for w in marked)
    return None


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())
