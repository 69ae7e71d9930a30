"""Operations on written values: numbers, texts, lists and dates as a reader sees them.

`applied` takes the text of a value through one step of a rule. A value keeps its written form from step to step, so a
list stays a line with commas and a date the date that its step wrote.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from tasks.kinds.pattern.contract import Step

_MOST = 10**15
"""Size beyond which a number is no puzzle any more."""
_VOWELS = "aeiou"
_WRITTEN = re.compile(r"(\d{1,2})\.? +([A-Za-z]+),? +(\d{4})")


class Unfit(Exception):
    """The step cannot be done on this value; says which, quotes nothing."""


def applied(step: Step, value: str) -> str:
    """The value after the step."""
    work = _WORK.get(step.op)
    if work is None:
        raise Unfit(f"unknown operation {step.op}")
    result = work(value, step)
    if not result.strip():
        raise Unfit(f"{step.op} leaves nothing")
    return result


def number(value: str) -> Fraction:
    """The value as a number; Unfit if it is none."""
    said = value.strip()
    if said.isdecimal():  # much the most frequent, and much faster
        return Fraction(int(said))
    try:
        return Fraction(said.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+", said) else said)
    except (ValueError, ZeroDivisionError):
        raise Unfit("no number") from None


def items(value: str) -> list[str]:
    """The members of a list written with commas, with or without brackets."""
    inner = value.strip()
    inner = inner[1:-1] if inner[:1] + inner[-1:] in ("[]", "()", "{}") else inner
    return [part.strip() for part in inner.split(",") if part.strip()]


def day(value: str) -> date:
    """The value as a date: 2021-05-03, 03.05.2021 or 3 May 2021."""
    said = value.strip()
    try:
        if m := _WRITTEN.fullmatch(said):
            months = {name.lower(): at for at, name in enumerate(calendar.month_name) if name}
            return date(int(m[3]), months[m[2].lower()], int(m[1]))
        if m := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", said):
            return date(int(m[3]), int(m[2]), int(m[1]))
        return date.fromisoformat(said)
    except (ValueError, KeyError):
        raise Unfit("no date") from None


def _figure(value: Fraction) -> str:
    if abs(value) > _MOST:
        raise Unfit("a number that is too large")
    if value.denominator == 1:
        return str(value.numerator)
    if 10**6 % value.denominator:
        raise Unfit("a number without an end")
    return f"{float(value):.6f}".rstrip("0")


def _whole(value: str) -> int:
    found = number(value)
    if found.denominator != 1:
        raise Unfit("no whole number")
    return int(found)


def _n(step: Step) -> Fraction:
    return Fraction(int(step.n)) if step.n == int(step.n) else Fraction(str(step.n))


def _count(step: Step) -> int:
    if step.n != int(step.n) or not 0 < step.n <= 50:
        raise Unfit(f"{step.op} needs a small whole number")
    return int(step.n)


def _divided(value: str, step: Step) -> str:
    if not step.n:
        raise Unfit("division by nothing")
    return _figure(number(value) / _n(step))


def _remainder(value: str, step: Step) -> str:
    if step.n < 1:
        raise Unfit("no remainder by less than one")
    return _figure(number(value) % _n(step))


def _signed(value: str, work: Callable[[str], str]) -> str:
    whole = _whole(value)
    return _figure(Fraction(int(work(str(abs(whole)))) * (-1 if whole < 0 else 1)))


_NUMBER: dict[str, Callable[[str, Step], str]] = {
    "add": lambda v, s: _figure(number(v) + _n(s)),
    "multiply": lambda v, s: _figure(number(v) * _n(s)),
    "divide": _divided,
    "subtract_from": lambda v, s: _figure(_n(s) - number(v)),
    "square": lambda v, s: _figure(number(v) ** 2),
    "remainder": _remainder,
    "digit_sum": lambda v, s: _figure(Fraction(sum(map(int, str(abs(_whole(v))))))),
    "reverse_digits": lambda v, s: _signed(v, lambda digits: digits[::-1]),
    "double_last_digit": lambda v, s: _signed(v, lambda digits: digits + digits[-1]),
}


def _rotated(value: str, step: Step) -> str:
    at = _count(step) % max(1, len(value))
    return value[at:] + value[:at]


def _shifted(value: str, step: Step) -> str:
    n = int(step.n)

    def other(ch: str) -> str:
        base = ord("a") if "a" <= ch <= "z" else ord("A") if "A" <= ch <= "Z" else 0
        return chr((ord(ch) - base + n) % 26 + base) if base else ch

    return "".join(map(other, value))


def _swapped(value: str, step: Step) -> str:
    return value[-1] + value[1:-1] + value[0] if len(value) > 1 else value


def _word(value: str, step: Step) -> str:
    words, at = value.split(), _count(step)
    if at > len(words):
        raise Unfit("fewer words than that")
    return words[at - 1]


def _needed(step: Step) -> str:
    if not step.text:
        raise Unfit(f"{step.op} needs a text")
    return step.text


_TEXT: dict[str, Callable[[str, Step], str]] = {
    "upper": lambda v, s: v.upper(),
    "lower": lambda v, s: v.lower(),
    "capitals": lambda v, s: " ".join(w[:1].upper() + w[1:] for w in v.split(" ")),
    "reverse": lambda v, s: v[::-1],
    "replace": lambda v, s: v.replace(_needed(s), s.other),
    "delete": lambda v, s: v.replace(_needed(s), ""),
    "prefix": lambda v, s: _needed(s) + v,
    "suffix": lambda v, s: v + _needed(s),
    "first": lambda v, s: v[: _count(s)],
    "last": lambda v, s: v[-_count(s) :],
    "drop_first": lambda v, s: v[_count(s) :],
    "drop_last": lambda v, s: v[: -_count(s)],
    "rotate": _rotated,
    "repeat": lambda v, s: v * min(_count(s), 9),
    "double_letters": lambda v, s: "".join(ch * 2 if ch.isalpha() else ch for ch in v),
    "swap_ends": _swapped,
    "shift_letters": _shifted,
    "vowels_to": lambda v, s: re.sub(f"[{_VOWELS}]", lambda _: _needed(s), v),
    "length": lambda v, s: str(len(v)),
    "count": lambda v, s: str(v.count(_needed(s))),
    "acronym": lambda v, s: "".join(w[0] for w in re.findall(r"\w+", v)).upper(),
    "reverse_words": lambda v, s: " ".join(v.split()[::-1]),
    "sort_words": lambda v, s: " ".join(sorted(v.split())),
    "word": _word,
    "join_with": lambda v, s: _needed(s).join(v.split()),
    "say": lambda v, s: _needed(s),
}


def _listed(values: list[str]) -> str:
    return ", ".join(values)


def _sorted(values: list[str]) -> list[str]:
    try:
        return sorted(values, key=number)
    except Unfit:
        return sorted(values, key=lambda v: (v.lower(), v))


def _kept(value: str, test: Callable[[str], bool]) -> str:
    return _listed([v for v in items(value) if test(v)])


def _at(value: str, places: int, work: Callable[[Fraction], Fraction]) -> str:
    return _listed([_figure(work(number(v))) if i % 2 == places else v for i, v in enumerate(items(value))])


def _totals(value: str, step: Step) -> str:
    total, found = Fraction(0), []
    for v in items(value):
        total += number(v)
        found.append(_figure(total))
    return _listed(found)


def _differences(value: str, step: Step) -> str:
    values = [number(v) for v in items(value)]
    return _listed([_figure(b - a) for a, b in pairwise(values)])


def _item(value: str, step: Step) -> str:
    found, at = items(value), _count(step)
    if at > len(found):
        raise Unfit("fewer members than that")
    return found[at - 1]


def _extreme(value: str, choose: Callable[..., str]) -> str:
    found = items(value)
    if not found:
        raise Unfit("an empty list")
    return choose(found, key=number)


_LIST: dict[str, Callable[[str, Step], str]] = {
    "sort": lambda v, s: _listed(_sorted(items(v))),
    "sort_down": lambda v, s: _listed(_sorted(items(v))[::-1]),
    "sort_by_length": lambda v, s: _listed(sorted(items(v), key=len)),
    "reverse_items": lambda v, s: _listed(items(v)[::-1]),
    "keep_even": lambda v, s: _kept(v, lambda x: _whole(x) % 2 == 0),
    "keep_odd": lambda v, s: _kept(v, lambda x: _whole(x) % 2 == 1),
    "keep_above": lambda v, s: _kept(v, lambda x: number(x) > _n(s)),
    "keep_below": lambda v, s: _kept(v, lambda x: number(x) < _n(s)),
    "keep_longer": lambda v, s: _kept(v, lambda x: len(x) > s.n),
    "drop_repeats": lambda v, s: _listed(list(dict.fromkeys(items(v)))),
    "each_add": lambda v, s: _listed([_figure(number(x) + _n(s)) for x in items(v)]),
    "each_multiply": lambda v, s: _listed([_figure(number(x) * _n(s)) for x in items(v)]),
    "each_reverse": lambda v, s: _listed([x[::-1] for x in items(v)]),
    "each_upper": lambda v, s: _listed([x.upper() for x in items(v)]),
    "odd_places_add": lambda v, s: _at(v, 0, lambda x: x + _n(s)),
    "even_places_multiply": lambda v, s: _at(v, 1, lambda x: x * _n(s)),
    "running_total": _totals,
    "differences": _differences,
    "sum": lambda v, s: _figure(sum((number(x) for x in items(v)), Fraction(0))),
    "largest": lambda v, s: _extreme(v, max),
    "smallest": lambda v, s: _extreme(v, min),
    "item": _item,
    "how_many": lambda v, s: str(len(items(v))),
}


def _moved(value: str, found: date) -> str:
    """The date in the writing of `value`."""
    if _WRITTEN.fullmatch(value.strip()):
        return _long(found)
    return f"{found:%d.%m.%Y}" if "." in value else found.isoformat()


def _long(found: date) -> str:
    return f"{found.day} {calendar.month_name[found.month]} {found.year}"


def _later(value: str, step: Step) -> str:
    if step.n != int(step.n) or abs(step.n) > 4000:
        raise Unfit("not that many days")
    return _moved(value, day(value) + timedelta(days=int(step.n)))


def _months(value: str, step: Step) -> str:
    found = day(value)
    if step.n != int(step.n) or abs(step.n) > 600:
        raise Unfit("not that many months")
    year, month = divmod(found.year * 12 + found.month - 1 + int(step.n), 12)
    last = calendar.monthrange(year, month + 1)[1]
    return _moved(value, date(year, month + 1, min(found.day, last)))


def _month_end(value: str, step: Step) -> str:
    found = day(value)
    return _moved(value, found.replace(day=calendar.monthrange(found.year, found.month)[1]))


_DATE: dict[str, Callable[[str, Step], str]] = {
    "add_days": _later,
    "add_months": _months,
    "weekday": lambda v, s: calendar.day_name[day(v).weekday()],
    "iso": lambda v, s: day(v).isoformat(),
    "dotted": lambda v, s: f"{day(v):%d.%m.%Y}",
    "long_date": lambda v, s: _long(day(v)),
    "day_of_year": lambda v, s: str(day(v).timetuple().tm_yday),
    "month_end": _month_end,
}
_WORK = {**_NUMBER, **_TEXT, **_LIST, **_DATE}
KINDS: dict[str, frozenset[str]] = {
    "number": frozenset(_NUMBER),
    "text": frozenset(_TEXT),
    "list": frozenset(_LIST),
    "date": frozenset(_DATE),
}
"""Kind of value -> the operations on it."""
