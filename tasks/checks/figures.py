"""The figures of a text with their units and neighbours, and what follows from figures that are shown.

A figure follows if it is one of those shown, rounded or in another unit, or the result of one plain step on figures that
belong together: those of one unit, of one sentence, of one column. Steps over any two figures of a long text would yield
nearly every small number, and then nothing would be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from tasks.text.amounts import is_unit
from tasks.text.dates import MONTHS
from tasks.text.numbers import placed, readable
from tasks.text.plain import calm
from tasks.text.sentences import sentences

_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_DECADE = re.compile(r"(?<=\d0)['\u2019]?s\b")
_GLUED = re.compile(r"(?<![\w.,])([A-Z]{1,4}|[A-Za-z]{2,12}[-_])(?=\d)|(?<=\d)(?=[A-Za-z\u00b5°]{1,4}\b)")
_UNIT = re.compile(r"[ \u00a0-]?(?:per cent|percent|°[CF]|[A-Za-z\u00b5°%]+)")
_CLOCK = re.compile(r"(?<![\d:.])([01]?\d|2[0-3])[:.h]([0-5]\d)(?!\d|[.:]\d)")
_DATE_NUMBERS = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)|(?<!\d)(\d{1,2})[./](\d{1,2})[./](\d{2,4})(?!\d)")
_MONTH = rf"(?P<month>{'|'.join(rf'{m}|{m[:3]}' for m in MONTHS)})\b\.?"
_YEAR = r"(?:,? (?P<year>\d{4})\b)?"
_DAY_MONTH = re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}{_YEAR}", re.I)
_MONTH_DAY = re.compile(rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}", re.I)
_TIMES = frozenset({
    "year", "years", "day", "days", "hour", "hours", "minute", "minutes", "min", "h", "second", "seconds", "week",
    "weeks", "month", "months", "old",
})  # fmt: skip
_SAME_UNIT = {
    "percent": "%",
    "per cent": "%",
    "metres": "m",
    "meters": "m",
    "kilometres": "km",
    "hours": "h",
    "hour": "h",
}
_EVERYDAY = frozenset(Fraction(n) for n in (7, 12, 24, 28, 30, 31, 52, 60, 365, 366, 1000))
_FACTORS = [Fraction(10) ** n for n in (-9, -6, -3, -2, 2, 3, 6, 9)]
_TIME_FACTORS = [Fraction(n) for n in (7, 12, 24, 60, 3600, 52, 365)]
_RATIOS = frozenset({"%", "time", "fold", "percentage", "point", "x"})
_VERBS = frozenset({"was", "is", "has", "as", "its", "thus", "this", "does"})
_COMPARING = frozenset(
    {"more", "fewer", "les", "higher", "lower", "longer", "shorter", "further", "larger", "smaller", "greater"}
)
_MOST_PAIRED = 8
_MOST = 400
"""Figures of a text that are combined; beyond them a text is a table of data, and only what it shows counts."""
_MOST_TOGETHER = 60


class Figure(NamedTuple):
    """A number of a text: its size without a sign, what it counts, and where it stands in the prepared text."""

    value: Fraction
    scaled: Fraction
    places: int
    """Decimals shown; negative for trailing zeros of a whole number."""
    unit: str
    start: int
    end: int
    is_year: bool = False
    """Whether it reads like a year: years are not rounded and not computed."""

    @property
    def digits(self) -> int:
        """Significant digits."""
        return len(str(abs(self.value.numerator)).rstrip("0")) if self.value.denominator == 1 else 9


@lru_cache(maxsize=64)
def figures(text: str) -> tuple[Figure, ...]:
    """The numbers of a text, spelled ones too, each with the word behind it; signs are left out."""
    text = prepare(text)
    return tuple(_figure(text, *found) for found in placed(text))


@lru_cache(maxsize=64)
def prepare(text: str) -> str:
    """The text as :func:`figures` reads it: their places count in this one."""
    text = re.sub(r"(?<=\d)[\u2013\u2012-](?=[\d$€£])", " to ", calm(text))
    return readable(_GLUED.sub(lambda m: f"{m[1] or ''} ", _ORDINAL.sub("", _DECADE.sub(" decade", text))))


def _figure(text: str, start: int, end: int, value: Decimal, scaled: Decimal) -> Figure:
    unit = _UNIT.match(text, end)
    name = unit[0].strip(" \u00a0-").lower() if unit else ""
    exact, full = abs(Fraction(value)), abs(Fraction(scaled))
    said = re.search(r"\.(\d+)", text[start:end])
    whole = str(exact.numerator)
    places = len(said[1]) if said else len(whole.rstrip("0")) - len(whole) if exact else 0
    measured = is_unit(name) or (name.endswith("s") and name not in _VERBS)
    year = text[start:end].strip().isdigit() and 1000 <= exact <= 2100 and not measured
    return Figure(exact, full, places, _SAME_UNIT.get(name, name.removesuffix("s")), start, end, year)


def spelt(text: str, figure: Figure) -> str:
    """A figure of the text as it stands there, with the word behind it."""
    unit = figure.unit if figure.unit == "%" or is_unit(figure.unit) else ""
    return f"{prepare(text)[figure.start : figure.end].strip()} {unit}".strip()


class Shown:
    """What can be read off a text, and what follows from it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.figures = figures(text)
        self.values = {v for f in self.figures for v in (f.value, f.scaled)}
        self.values |= {Fraction(int(m[i])) for m in _CLOCK.finditer(text) for i in (1, 2)}
        self.values |= {Fraction(int(g)) for m in _DATE_NUMBERS.finditer(text) for g in m.groups() if g}
        # Small letters may be another word: "nobody may march".
        named = set(re.findall(r"[A-Z][A-Za-z]{2,8}", text))
        self.values |= {Fraction(i) for i, name in enumerate(MONTHS, 1) if {name.title(), name.upper()} & named}

    def follows(self, figure: Figure, near: Iterable[Fraction] = (), about: int | None = None) -> bool:
        """Whether the figure is shown or follows.

        `near` are grounded numbers that stand in the same statement. `about` is set if the answer does not claim to be exact:
        0 for "about 60,000", 1 for "more than 60,000", -1 for "nearly 60,000".
        """
        beside = list(near)[:12]
        if self.has(figure) or self._another_form(figure, about) or _combines(figure, beside):
            return True
        if figure.is_year:
            return any(abs(figure.value - v) in self._spans for v in self.values if 1000 <= v <= 2100)
        return (
            self._adds_up(figure) or self._divides(figure) or self._reaches(figure, beside) or self._far_apart(figure)
        )

    def has(self, figure: Figure) -> bool:
        return bool({figure.value, figure.scaled} & self.values)

    def _another_form(self, figure: Figure, about: int | None) -> bool:
        if figure.unit == "decade":  # the 1930s, the thirties
            return any(v - v % 10 in {figure.value, figure.value + v // 100 * 100} for v in self._years)
        finer = self._years if figure.is_year else self.values - self._years
        if figure.is_year and about is None:
            finer = set()
        if _rounded(figure, finer, about or 0) or 100 - figure.value in self._percentages:
            return True
        if figure.unit in _TIMES or figure.unit.removesuffix("s") in _TIMES:
            if {figure.value, figure.value - 1, figure.value + 1} & self._days.get(figure.unit, set()):
                return True
            if figure.value in _EVERYDAY or figure.value in self._durations:
                return True
            if any(figure.value * k in self.values or figure.value / k in self.values for k in _TIME_FACTORS):
                return True
        if figure.unit in {"pm", "p"} and figure.value + 12 in self.values:
            return True
        if figure.unit in {"am", "pm", "a", "p", "oclock"} and figure.value in {v % 12 for v in self.values if v <= 24}:
            return True
        if figure.unit in {"century", "centurie"}:
            return any(v // 100 + 1 == figure.value for v in self.values)
        return is_unit(figure.unit) and any(figure.scaled * k in self.values for k in _FACTORS)

    @cached_property
    def _percentages(self) -> set[Fraction]:
        return {f.value for f in self.figures if f.unit == "%"}

    @cached_property
    def _years(self) -> set[Fraction]:
        return {f.value for f in self.figures if f.is_year}

    @cached_property
    def _spans(self) -> set[Fraction]:
        """Numbers of years by which two years shown may lie apart."""
        return {f.value for f in self.figures if f.unit in {"year", "decade", "month", "season", "winter", "summer"}}

    @cached_property
    def _days(self) -> dict[str, set[Fraction]]:
        """Days and weeks between the dates shown; a date without a year is taken to be of the year named last."""
        found: list[int] = []
        years = [int(f.value) for f in self.figures if f.is_year]
        for m in [*_DAY_MONTH.finditer(self.text), *_MONTH_DAY.finditer(self.text)][:_MOST_TOGETHER]:
            said = m.groupdict()
            month = next(i for i, name in enumerate(MONTHS, 1) if name.startswith(said["month"].lower()[:3]))
            with suppress(ValueError):
                found.append(date(int(said["year"] or (years or [2001])[-1]), month, int(said["day"])).toordinal())
        apart = {Fraction(abs(a - b)) for a in found for b in found if a != b}
        weeks = {w for d in apart for w in (Fraction(d // 7), Fraction(-(-d // 7)))}
        return {"day": apart, "week": weeks, "night": apart}

    @cached_property
    def _durations(self) -> set[Fraction]:
        minutes = sorted({int(m[1]) * 60 + int(m[2]) for m in _CLOCK.finditer(self.text)})[:_MOST_TOGETHER]
        found = {(b - a) % 1440 for a in minutes for b in minutes}
        years = {f.value for f in self.figures if f.value.denominator == 1 and 1000 <= f.value <= 2100}
        ages = {abs(a - b) for a in years for b in years} if len(years) <= _MOST_TOGETHER else set()
        return {
            part for n in found for part in (Fraction(n), Fraction(n, 60), Fraction(n // 60), Fraction(n % 60))
        } | ages

    @cached_property
    def _groups(self) -> list[list[Figure]]:
        """Figures that belong together: of one unit, of one sentence, of one column."""
        found: list[list[Figure]] = []
        by_unit: dict[str, list[Figure]] = {}
        for f in self.figures[:_MOST]:
            for kind in {f.unit, "" if f.value == f.scaled else "scaled"} - {""}:
                by_unit.setdefault(kind, []).append(f)
        found += by_unit.values()
        found += self._sentences
        found += _columns(self.text)
        return _summable(found)

    @cached_property
    def _sentences(self) -> list[list[Figure]]:
        return [list(figures(s)) for s in sentences(self.text)[:200]]

    def _adds_up(self, figure: Figure) -> bool:
        sums = self._sums
        values = {figure.value, figure.scaled}
        if figure.unit in _COMPARING:
            return any(v == known for v in values for known, _ in sums)
        return any((v, unit) in sums for v in values for unit in {figure.unit, ""})

    @cached_property
    def _sums(self) -> set[tuple[Fraction, str]]:
        """Sums and differences of two of a group; sum, mean, median, range and length of a whole one; each with its unit."""
        found: set[tuple[Fraction, str]] = set()
        for group in self._groups:
            results: set[Fraction] = set()
            values = [f.scaled for f in group]
            total, ordered = sum(values, Fraction(0)), sorted(values)
            results |= {total, total / len(group), ordered[-1] - ordered[0], ordered[len(group) // 2]}
            results |= {abs(total - 2 * v) for v in values}
            distinct = list(dict.fromkeys(values))
            # Percentages have different wholes, and two of many figures add up to nearly anything.
            if len(distinct) > _MOST_PAIRED or all(f.unit == "%" for f in group):
                distinct = []
            results |= {
                r for i, a in enumerate(distinct) for b in distinct[i + 1 :] for r in (a + b, abs(a - b), (a + b) / 2)
            }
            units = {f.unit for f in group}
            found |= {(v, unit) for v in results for unit in units}
        # "That is 19 million more than ...": the other figure stands in the sentence before.
        for group in _summable(a + b for a, b in pairwise(self._sentences)):
            if len(group) <= _MOST_PAIRED:
                large = {abs(a.scaled + sign * b.scaled) for a in group for b in group if a != b for sign in (1, -1)}
                found |= {(v, unit) for v in large if v >= 100 for unit in {f.unit for f in group}}
        return found

    def _divides(self, figure: Figure) -> bool:
        """Whether a percentage, a multiple or a decimal is a rounded ratio or mean of a group."""
        if figure.unit not in _RATIOS and figure.places < 1:
            return False
        return _rounded(figure, self._quotients) or figure.value in self._quotients

    @cached_property
    def _quotients(self) -> set[Fraction]:
        found: set[Fraction] = set()
        for group in self._groups:
            values = [f.scaled for f in group]
            found |= {sum(values, Fraction(0)) / len(group)}
            distinct = list(dict.fromkeys(v for v in values if v))[:10]
            found |= {
                r for a in distinct for b in distinct if a != b for r in (a / b, 100 * a / b, abs(a - b) / b * 100)
            }
        return found

    def _reaches(self, figure: Figure, beside: list[Fraction]) -> bool:
        """Whether a number of three digits is the sum, difference or share of one beside it and any that is shown."""
        if figure.value < 100 and (figure.places < 1 or figure.unit not in _RATIOS):
            return False
        pairs = [(a, b) for a in beside for b in list(self.values)[:_MOST] if b * 100 >= figure.scaled]
        if figure.unit in _RATIOS:
            return _rounded(figure, (100 * x / y for a, b in pairs for x, y in ((a, b), (b, a)) if y))
        return any(figure.scaled in {a + b, abs(a - b)} for a, b in pairs)

    def _far_apart(self, figure: Figure) -> bool:
        """Whether a long number is the sum, difference or product of any two: short ones would be so by chance."""
        if figure.value.denominator != 1 or figure.digits < 3 or (figure.digits == 3 and len(self.values) > 8):
            return False
        # Anything is its neighbour and a little more.
        values = [v for v in list(self.values)[:_MOST] if v * 100 >= figure.scaled]
        sums = any({abs(figure.scaled - v), figure.scaled + v} & set(values) for v in values)
        return sums or any(v and figure.scaled / v in self.values for v in self.values)


def _summable(groups: Iterable[list[Figure]]) -> list[list[Figure]]:
    """The groups without years and days of a month, as long as there is something to add up."""
    amounts = ([f for f in group if not f.is_year and f.unit not in MONTHS] for group in groups)
    return [g for g in amounts if 2 <= len(g) <= _MOST_TOGETHER]


def _rounded(figure: Figure, values: Iterable[Fraction], beyond: int = 0) -> bool:
    """Whether a finer value among these rounds to the figure, or lies beyond it by less than a unit of its last digit."""
    scale = figure.scaled / figure.value if figure.value else Fraction(1)
    steps = {Fraction(10) ** -figure.places, scale * Fraction(10) ** -figure.places}
    targets = {figure.value, figure.scaled}
    return any(
        (-step <= 2 * (v - target) < step or 0 < beyond * (v - target) < step)
        and v > 2 * step
        and (v / step).denominator != 1
        for v in values
        for step in steps
        for target in targets
    )


def _combines(figure: Figure, near: list[Fraction]) -> bool:
    """Whether the figure is a result of two of the numbers beside it, as exact as it is shown."""
    results = {r for i, a in enumerate(near) for b in near[i + 1 :] for r in _results(a, b)}
    if len(near) > 2:
        results |= {sum(near, Fraction(0)), sum(near, Fraction(0)) / len(near)}
    half = Fraction(1, 2) / Fraction(10) ** max(0, figure.places)
    return any(abs(r - v) <= half for r in results for v in {figure.value, figure.scaled} if v)


def _results(a: Fraction, b: Fraction) -> Iterator[Fraction]:
    yield from (a + b, abs(a - b), a * b, (a + b) / 2)
    for x, y in ((a, b), (b, a)):
        if y:
            yield from (x / y, 100 * x / y, 100 * abs(x - y) / y, x * y / 100)


def _columns(text: str) -> list[list[Figure]]:
    """The n-th figure of each of consecutive lines that have the same number of them, for tables and logs."""
    found: list[list[Figure]] = []
    run: list[list[Figure]] = []
    for line in [*text.splitlines()[:400], ""]:
        row = list(figures(line)) if line.strip() else []
        if run and (len(row) != len(run[-1]) or not row):
            if len(run) > 2:
                found += [list(column) for column in zip(*run, strict=True)]
            run = []
        if row and len(row) <= 12:
            run.append(row)
    return found
