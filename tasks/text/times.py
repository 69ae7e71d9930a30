"""Dates and times of day in a text, in every usual notation, with what they may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from tasks.text.dates import MONTHS
from tasks.text.number_words import SMALL


class Moment(NamedTuple):
    """A date, a month, a day of a year or a time of day, and where it stands."""

    start: int
    end: int
    kind: str
    """`date`, `month` of a year, `day` of any year, or `clock`."""
    values: tuple[int, ...]
    """What it may mean: dates as 20210314, months as 202103, days as 314, times in minutes."""


_NAME = "|".join(rf"{m}|{m[:3]}" + ("|sept" if m == "september" else "") for m in MONTHS)
_YEAR = r"(?P<year>1\d{3}|20\d{2})"
_SUFFIX = r"(?:st|nd|rd|th)?"
_DAY_MONTH = re.compile(
    rf"(?<![\w.,])(?:the )?(?P<day>\d{{1,2}}){_SUFFIX}[ \u00a0-](?:day )?(?:of )?(?P<month>{_NAME})\b\.?"
    rf"(?:,?[ \u00a0-](?:of )?(?:the year )?{_YEAR}\b)?",
    re.I,
)
_MONTH_DAY = re.compile(
    rf"\b(?P<month>{_NAME})\b\.?[ \u00a0](?:the )?(?P<day>\d{{1,2}}){_SUFFIX}\b(?![:.,]\d|\s*[%°])(?:,? {_YEAR}\b)?",
    re.I,
)
_MONTH_YEAR = re.compile(rf"\b(?P<month>{_NAME})\b\.?(?:,? (?:of )?){_YEAR}\b", re.I)
_ISO = re.compile(r"(?<![\d-])(?P<year>\d{4})[-/](?P<month>\d{2})(?:[-/](?P<day>\d{2}))?(?![\d-])")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?![\d./-]*\d)")
_HALF = re.compile(r"\s*\(?(?P<half>[ap])\.? ?m\b\.?", re.I)
_DAYTIME = re.compile(
    r"\s*(?:o['\u2019]clock\s*)?(?:in the (?P<part>morning|afternoon|evening)|at (?P<night>night))\b", re.I
)
_DIGITAL = re.compile(
    r"(?<![\d:.,])(?P<hour>[01]?\d|2[0-4])(?P<sign>[:.h])(?P<minute>[0-5]\d)(?::[0-5]\d)?(?!\d|[:.,]\d)"
)
_FULL = re.compile(r"(?<![\d:.,/-])(?P<hour>1[0-2]|[1-9])(?=\s?\(?[ap]\.? ?m\b)", re.I)
_HOUR = rf"(?P<hour>1[0-2]|[1-9]|{'|'.join(SMALL[1:13])}|noon|midday|midnight)"
_PAST = re.compile(
    rf"\b(?:(?P<half>half)|(?P<quarter>(?:a )?quarter)|(?P<count>\d{{1,2}}|five|ten|twenty(?:-five)?)(?: minutes?)?)"
    rf" (?P<way>past|to|after|before) {_HOUR}\b",
    re.I,
)
_CLOCK = re.compile(rf"\b{_HOUR}(?: o['\u2019]clock\b|(?= (?:in the (?:morning|afternoon|evening)|at night)\b))", re.I)
_NAMED = re.compile(r"\b(?:(?P<noon>(?:12 )?noon|midday)|(?P<midnight>(?:12 )?midnight))\b", re.I)
_FIGURE = re.compile(r"\d")
_SHORT = tuple(month[:3] for month in MONTHS)
_TOWARDS = re.compile(rf" (?:past|to|after|before) (?:[1-9]|{'|'.join(SMALL[1:13])}|noon|midday|midnight)")
_OF_DAY = ("clock", "in the morning", "in the afternoon", "in the evening", "at night")
_NAMES = ("noon", "midday", "midnight")
_COUNTS = {"five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}
_VERBS = frozenset({"may", "march", "mar"})


def moments(text: str) -> list[Moment]:
    """The dates and times of day of a text in order, none inside another."""
    found: list[Moment] = []
    low = text.lower()
    figures = _FIGURE.search(text) is not None
    dates = _dates(text, low) if figures else ()
    for moment in sorted([*dates, *_clocks(text, low, figures)], key=lambda m: (m.start, -m.end)):
        if not found or moment.start >= found[-1].end:
            found.append(moment)
    return found


def _dates(text: str, low: str) -> Iterator[Moment]:
    named = any(name in low for name in _SHORT)
    for pattern in (_DAY_MONTH, _MONTH_DAY, _MONTH_YEAR, _ISO) if named else (_ISO,):
        for m in pattern.finditer(text):
            said = m.groupdict()
            name = said["month"]
            month = int(name) if name.isdigit() else _month(name)
            day = int(said.get("day") or 0)
            # "may" and "march" are verbs too.
            if name in _VERBS and not said.get("year"):
                continue
            if month and (moment := _moment(m, said.get("year"), month, day)):
                yield moment
    for m in _NUMERIC.finditer(text):
        year = int(m[4])
        ways = {(int(m[3]), int(m[1])), (int(m[1]), int(m[3]))}
        values = sorted(10_000 * year + 100 * month + day for month, day in ways if _exists(year, month, day))
        if values:
            yield Moment(*m.span(), "date", tuple(values))


def _month(name: str) -> int:
    return next(i for i, month in enumerate(MONTHS, 1) if month.startswith(name[:3].lower()))


def _moment(m: re.Match[str], year: str | None, month: int, day: int) -> Moment | None:
    if not 1 <= month <= 12 or (day and not _exists(int(year or 2000), month, day)):
        return None
    if year and day:
        return Moment(*m.span(), "date", (10_000 * int(year) + 100 * month + day,))
    return Moment(*m.span(), *(("month", (100 * int(year) + month,)) if year else ("day", (100 * month + day,))))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _clocks(text: str, low: str, figures: bool) -> Iterator[Moment]:
    # Each pattern is tried only where the text has what it cannot do without, which is found much sooner.
    for m in _DIGITAL.finditer(text) if figures else ():
        hour, minute = int(m["hour"]), int(m["minute"])
        half = _HALF.match(text, m.end())
        # A full stop between two figures is a decimal point unless something says that it is a time.
        told = half or re.search(
            r"\b(?:at|by|until|till|before|after|from|to|since|around|about)\s\Z",
            text[max(0, m.start() - 9) : m.start()],
        )
        if m["sign"] == "." and not (told and (half or len(m["hour"]) == 2)):
            continue
        # "08:30" and "15:30" are times of a day of 24 hours; "3:30" may be either half's.
        sure = hour > 12 or hour == 0 or m["hour"][0] == "0"
        yield _clock(text, m.start(), m.end(), hour, minute, sure)
    for m in _FULL.finditer(text) if figures else ():
        yield _clock(text, m.start(), m.end(), int(m["hour"]), 0, False)
    for m in _PAST.finditer(text) if _TOWARDS.search(low) else ():
        away = 30 if m["half"] else 15 if m["quarter"] else _COUNTS.get((m["count"] or "").lower(), 0)
        away = away or int(m["count"]) if m["count"] and m["count"].isdigit() else away
        later = m["way"].lower() in {"past", "after"}
        if (m["half"] and not later) or not away < 60:
            continue
        named = {"noon": 720, "midday": 720, "midnight": 0}.get(m["hour"].lower())
        at = (60 * _hour(m["hour"]) if named is None else named) + (away if later else -away)
        if named is not None:
            yield Moment(*m.span(), "clock", (at % 1440,))
            continue
        yield _clock(text, m.start(), m.end(), at // 60 % 12 or 12, at % 60, False)
    for m in _CLOCK.finditer(text) if any(said in low for said in _OF_DAY) else ():
        yield _clock(text, m.start(), m.end(), _hour(m["hour"]), 0, False)
    for m in _NAMED.finditer(text) if any(said in low for said in _NAMES) else ():
        yield Moment(*m.span(), "clock", (720,) if m["noon"] else (0,))


def _hour(said: str) -> int:
    return int(said) if said.isdigit() else SMALL.index(said.lower())


def _clock(text: str, start: int, end: int, hour: int, minute: int, sure: bool) -> Moment:
    half, behind = _half_of_day(text, end, hour)
    if half and hour <= 12:
        return Moment(start, behind, "clock", (60 * (hour % 12 + (12 if half == "p" else 0)) + minute,))
    if sure:
        return Moment(start, end, "clock", ((60 * hour + minute) % 1440,))
    return Moment(start, end, "clock", (60 * (hour % 12) + minute, 60 * (hour % 12 + 12) + minute))


def _half_of_day(text: str, end: int, hour: int) -> tuple[str, int]:
    """Which half of the day the words behind a time put it in, a or p, and where they end."""
    if m := _HALF.match(text, end):
        return m["half"].lower(), m.end()
    if m := _DAYTIME.match(text, end):
        if m["night"]:
            return ("p" if 6 <= hour < 12 else "a"), m.end()
        return ("a" if m["part"].lower() == "morning" else "p"), m.end()
    return "", end
