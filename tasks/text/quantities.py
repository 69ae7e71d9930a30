"""The one normal form of quantities: whatever the notation, two that mean the same compare as the same.

Numbers in digits and in words, fractions, powers of ten, LaTeX; units by name and by symbol, of one another's size, and amounts
in two units ("1 h 30 min"); per cent; money; dates; times of day; ordinals. What a notation leaves open ("pounds", "3:30",
"4/5/2021") has several readings, and is the same as whatever one of them is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from tasks.text.dates import MONTHS
from tasks.text.number_words import ORDINALS, spelled
from tasks.text.numbers import placed, readable
from tasks.text.times import moments
from tasks.text.units import Unit, named_unit

Reading = tuple[str, Fraction]
"""What is measured, empty for a plain number, and how much of it in the base unit."""
CLOSE = Fraction(1, 10**9)
"""Relative difference below which two values are one: decimals of a third have an end."""


class Quantity(NamedTuple):
    """An amount, date, time, ordinal or plain number of a text."""

    start: int
    end: int
    """Where it stands in the :func:`flat` text."""
    readings: tuple[Reading, ...]
    number: Fraction
    """The figure alone, with its scale word but without its unit; a date or time as :class:`tasks.text.times.Moment` has it."""

    @property
    def is_ordinal(self) -> bool:
        """Whether it is a place in a row."""
        return self.readings[0][0] == "ordinal"

    @property
    def is_plain(self) -> bool:
        """Whether it is a number without a unit."""
        return any(kind == "" for kind, _ in self.readings)


_OTHER: dict[str, tuple[tuple[str, Fraction], ...]] = {
    "pound": (("pound", Fraction(1)), ("mass", Fraction(45359237, 10**8))),
    "£": (("pound", Fraction(1)),),
    "penny": (("pound", Fraction(1, 100)),),
    "cent": (("dollar", Fraction(1, 100)), ("euro", Fraction(1, 100))),
    "ounce": (("mass", Fraction(28349523125, 10**12)),),
    "ton": (("mass", Fraction(1000)), ("mass", Fraction(90718474, 10**5)), ("mass", Fraction(10160469088, 10**7))),
    "stone": (("mass", Fraction(635029318, 10**8)),),
    "fortnight": (("time", Fraction(1209600)),),
    "millisecond": (("time", Fraction(1, 1000)),),
    "microsecond": (("time", Fraction(1, 10**6)),),
    "micrometre": (("length", Fraction(1, 10**6)),),
    "nanometre": (("length", Fraction(1, 10**9)),),
    "light-year": (("length", Fraction(94607304725808, 1) * 100),),
    "pint": (("pint", Fraction(1)),),
    "cup": (("cup", Fraction(1)),),
    "volt": (("volt", Fraction(1)),),
    "millivolt": (("volt", Fraction(1, 1000)),),
    "kilovolt": (("volt", Fraction(1000)),),
    "ampere": (("ampere", Fraction(1)),),
    "milliampere": (("ampere", Fraction(1, 1000)),),
    "ohm": (("ohm", Fraction(1)),),
    "kelvin": (("kelvin", Fraction(1)),),
    "celsius": (("celsius", Fraction(1)),),
    "fahrenheit": (("fahrenheit", Fraction(1)),),
    "degree": (("degree", Fraction(1)), ("celsius", Fraction(1)), ("fahrenheit", Fraction(1))),
    "decibel": (("decibel", Fraction(1)),),
    "mole": (("mole", Fraction(1)),),
    "calorie": (("energy", Fraction(4184, 1000)),),
    "percent": (("%", Fraction(1, 100)),),
    "yen": (("yen", Fraction(1)),),
    "franc": (("franc", Fraction(1)),),
}
_ALSO = {
    "pence": "penny", "pennies": "penny", "¢": "cent", "oz": "ounce", "stones": "stone", "ms": "millisecond",
    "µs": "microsecond", "µm": "micrometre", "micrometer": "micrometre", "nm": "nanometre", "nanometer": "nanometre",
    "lightyear": "light-year", "v": "volt", "mv": "millivolt", "kv": "kilovolt", "amp": "ampere", "mA": "milliampere",
    "ω": "ohm", "°c": "celsius", "℃": "celsius", "°f": "fahrenheit", "℉": "fahrenheit", "°": "degree", "db": "decibel",
    "mol": "mole", "cal": "calorie", "%": "percent", "per cent": "percent", "pct": "percent", "percentage": "percent",
    "gbp": "£", "¥": "yen", "jpy": "yen", "chf": "franc", "degrees celsius": "celsius",
    "degrees fahrenheit": "fahrenheit", "degree celsius": "celsius", "degrees c": "celsius", "degrees f": "fahrenheit",
    "° c": "celsius", "° f": "fahrenheit", "us dollar": "$", "us dollars": "$", "pounds sterling": "£",
    "miles per hour": "mph", "hrs": "hour", "mins": "minute", "secs": "second", "mi": "mile", "kmh": "km/h",
    "lbs": "lb", "kgs": "kg", "metric tons": "tonne", "metric ton": "tonne", "in": "inch",
}  # fmt: skip
_MILLIONS = re.compile(r" ?(?:m|mn|mln)\b")
_BEFORE = re.compile(r"(?:(?:US|A|C|NZ)?(?P<sign>[$€£¥])|\b(?P<code>USD|EUR|GBP|CHF|JPY))[ \u00a0]?\Z")
_NAME = (
    r"per[ -]cent|percent(?:age)?|%|degrees?[ ](?:celsius|fahrenheit|[CF]\b)|°[ ]?[CFcf]\b|[°℃℉]|pounds sterling|metric tons?"
    r"|US dollars?|light-years?|(?:kilo|mega|giga|tera)?watt-hours?|km/h|[€£¥$¢%]|[A-Za-zµμΩ]+"
)
_UNIT = re.compile(
    rf"(?P<gap>[ \u00a0~-]?)(?P<power>(?:square|cubic|sq\.?) )?(?P<name>{_NAME})"
    r"(?P<raised>\^\{?\(?-?\d\)?\}?|[²³]|(?<=[a-z])[23]\b)?(?P<squared> (?:squared|cubed)\b)?",
    re.I,
)
_RATE = re.compile(r"(?: ?/ ?| (?:per|an?|each|every|in every|in each) )(?=\S)", re.I)
_NOT_UNITS = frozenset(
    re.findall(r"\w+", "a an and as at be by cent each for he in is it no of on or per so the to us we")
)
_SINGLE = re.compile(r"(?<![\w.-])(?:an?|per|each|every) (?P<name>[A-Za-z]{3,12})\b", re.I)
_AND_PART = re.compile(r" and (?:a |an )?(?P<part>half|quarter|third)\b", re.I)
_OF_AN = re.compile(r"(?: of)? (?=(?:an?|the) [a-z])(?:an?|the) (?P<name>[A-Za-z]{3,12})\b", re.I)
_ORDINAL = re.compile(r"(?<![\w.,-])(\d{1,4})(?:st|nd|rd|th)\b")
_DECADE = re.compile(r"(?<![\w.,-])(\d{3}0)['\u2019]?s\b")
_TIGHT = re.compile(
    r"(?<=\d)(?!(?<=\d{3}0)s)(?=(?:h|hrs?|min|mins|m|s|d|ft|km|cm|kg|g|lb|lbs|oz)(?: ?\d|\b))|(?<=\dh)(?=\d)|(?<=\dft)(?=\d)"
)
_HOURS = re.compile(r"(?<![\w.,])(\d{1,3}) ?h ?([0-5]\d)(?![\w.,]*\d)(?! ?m(?:in)?s?\b)")
_ORDINAL_DAY = re.compile(
    rf"\b(?:(?P<tens>twenty|thirty)[- ])?(?P<name>{'|'.join(ORDINALS)})(?= of (?:{'|'.join(MONTHS)})\b)", re.I
)
_OF_MONTHS = tuple(f" of {month}" for month in MONTHS)
_FEET = re.compile(r"(\d+)['\u2032] ?(\d+)(?:\"|\u2033|'')")
_LATEX = (
    (re.compile(r"\\[dtc]?frac\s*\{(-?\d+)\}\s*\{(\d+)\}"), r" \1/\2"),
    (re.compile(r"\\(?:text|mathrm|mathbf|textbf|mathit|operatorname|boxed)\s*\{([^{}]{0,80})\}"), r" \1 "),
    (re.compile(r"\\(?:times|cdot|ast)(?![A-Za-z])"), "\u00d7"),
    (re.compile(r"\^\s*\{?\s*\\circ\s*\}?|\\degree\b"), "°"),
    (re.compile(r"\\[,;:! ]|\\(?:left|right|approx|quad|displaystyle)(?![A-Za-z])|\\[()\[\]]"), " "),
    (re.compile(r"\\([%$&#_€£])"), r"\1"),
)
_MATHS = re.compile(r"(?<![\\\d])\$(?=[^\s$])([^$\n]{1,80}?)(?<=[^\s$])\$(?![\d])")
_JOINED = re.compile(r",? (?:and )?|-|", re.I)
_MIXED_PARTS = frozenset({"time", "length:1", "mass:1", "time:1", "pound", "dollar:1", "euro:1"})


@lru_cache(maxsize=256)
def flat(text: str) -> str:
    """The text as quantities are read from it: no LaTeX, powers and fractions in one notation."""
    if "\\" in text or "$" in text:
        text = _MATHS.sub(r"\1", text)
        for pattern, instead in _LATEX:
            text = pattern.sub(instead, text)
    text = _FEET.sub(r"\1 ft \2 in", text).replace("\u03bc", "\u00b5")
    text = _HOURS.sub(r"\1 h \2 min", text)
    if any(of_month in text.lower() for of_month in _OF_MONTHS):
        text = _ORDINAL_DAY.sub(_day, text)
    return re.sub(r" {2,}", " ", readable(_TIGHT.sub(" ", text)))


def _day(m: re.Match[str]) -> str:
    tens = {"twenty": 20, "thirty": 30}.get((m["tens"] or "").lower(), 0)
    return f"{tens + ORDINALS[m['name'].lower()]}"


@lru_cache(maxsize=256)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text in order, none inside another; their places are those of the :func:`flat` text."""
    said = flat(text)
    taken = [
        Quantity(m.start, m.end, tuple((m.kind, Fraction(v)) for v in m.values), Fraction(m.values[0]))
        for m in moments(said)
    ]
    taken += [
        Quantity(*m.span(), (("ordinal", Fraction(int(m[1]))),), Fraction(int(m[1]))) for m in _ORDINAL.finditer(said)
    ]
    taken += [
        Quantity(*m.span(), (("decade", Fraction(int(m[1]))),), Fraction(int(m[1]))) for m in _DECADE.finditer(said)
    ]
    found = sorted([*taken, *_amounts(said), *_spelled(said), *_singles(said)], key=lambda q: (q.start, -q.end))
    kept: list[Quantity] = []
    for quantity in found:
        if not kept or quantity.start >= kept[-1].end:
            kept.append(quantity)
    return tuple(_summed(said, kept))


def same_quantity(one: Quantity, other: Quantity) -> bool:
    """Whether the two are one amount, date or time in a reading of either.

    A number without a unit is that many of whatever unit the other has: the words around them say which.
    """
    if any(
        kind == its and _close(value, its_value) for kind, value in one.readings for its, its_value in other.readings
    ):
        return True
    return one.is_plain != other.is_plain and _measured(one) and _measured(other) and _bare_same(one, other)


def states(text: str, quantity: Quantity) -> bool:
    """Whether the text has the quantity, in whatever notation."""
    return any(same_quantity(quantity, other) for other in find_quantities(text))


_POINTS = frozenset({"date", "month", "day", "decade", "clock", "ordinal"})
"""What is no amount: a number alone never stands for it."""


def _measured(quantity: Quantity) -> bool:
    return quantity.readings[0][0] not in _POINTS


def _bare_same(one: Quantity, other: Quantity) -> bool:
    plain, unit = (one, other) if one.is_plain else (other, one)
    # A share is said as "0.3" and as "30" too.
    shares = [value for kind, value in unit.readings if kind == "%"]
    return any(_close(plain.number, value) for value in (unit.number, *shares))


def _close(a: Fraction, b: Fraction) -> bool:
    return a == b or abs(a - b) <= max(abs(a), abs(b)) * CLOSE


def _exact(value: Decimal) -> Fraction:
    """The value as a fraction of small parts, where its decimals have no end."""
    return Fraction(int(value)) if value == value.to_integral_value() else Fraction(value).limit_denominator(10**12)


def _amounts(text: str) -> Iterator[Quantity]:
    for start, end, _, scaled in placed(text):
        number = _exact(scaled)
        if money := _BEFORE.search(text, max(0, start - 5), start):
            units = _named(money["sign"] or money["code"])
            if many := _MILLIONS.match(text, end):
                number, end = number * 10**6, many.end()
            behind, rate = _rates(text, end)
            yield Quantity(money.start(), behind, _readings(number, units, rate), number)
            continue
        units, behind = _unit(text, end)
        if not units:
            yield Quantity(start, end, (("", number),), number)
            continue
        behind, rate = _rates(text, behind)
        yield Quantity(start, behind, _readings(number, units, rate), number)


def _spelled(text: str) -> Iterator[Quantity]:
    """Portions, ordinals, and numbers in words that a hyphen ties to their unit."""
    for word in spelled(text):
        number = _exact(word.scaled)
        if word.is_ordinal:
            yield Quantity(word.start, word.end, (("ordinal", number),), number)
        elif word.is_portion:
            unit = _OF_AN.match(text, word.end)
            units = _named(unit["name"]) if unit else ()
            end = unit.end() if unit and units else word.end
            yield Quantity(word.start, end, _readings(number, units) if units else (("", number),), number)
        elif text[word.end : word.end + 1] == "-":
            units, end = _unit(text, word.end)
            if units:
                yield Quantity(word.start, end, _readings(number, units), number)


def _singles(text: str) -> Iterator[Quantity]:
    """ "an hour", "a year and a half", "per day"."""
    for m in _SINGLE.finditer(text):
        units = _named(m["name"])
        if not units or m["name"].lower() in {"second", "bar", "bit", "cent", "degree", "stone", "cup", "foot", "yard"}:
            continue
        part = _AND_PART.match(text, m.end())
        number = 1 + (Fraction(1, {"half": 2, "quarter": 4, "third": 3}[part["part"].lower()]) if part else 0)
        yield Quantity(m.start(), part.end() if part else m.end(), _readings(Fraction(number), units), Fraction(number))


def _unit(text: str, at: int) -> tuple[tuple[Reading, ...], int]:
    """The unit that stands at that place, in the ways it may be meant, and where it ends; nothing if none does."""
    m = _UNIT.match(text, at)
    if m is None:
        return (), at
    name = m["name"]
    if name.lower() in _NOT_UNITS and not (name.lower() == "in" and _inches(text, m)):
        return (), at
    # A letter may be a scale or a variable; as a unit it stands alone.
    if len(name) == 1 and name.isalpha() and not re.match(r"[\s.,;:!?)/·*-]|\Z", text[m.end() :]):
        return (), at
    units = _named("penny" if name == "p" and not m["gap"] else name)
    if not units:
        return (), at
    times = {"square": 2, "cubic": 3, "sq": 2}.get((m["power"] or "").strip(" .").lower(), 1)
    times = {"squared": 2, "cubed": 3}.get((m["squared"] or "").strip().lower(), times)
    if raised := re.search(r"-?\d|[²³]", m["raised"] or ""):
        times = {"²": 2, "³": 3}.get(raised[0]) or int(raised[0])
    end = m.end()
    if text[end : end + 1] == "." and len(name) <= 3 and re.match(r"\.\s+[a-z]", text[end:]):
        end += 1
    return tuple((_raised(kind, times), scale**times) for kind, scale in units), end


def _inches(text: str, m: re.Match[str]) -> bool:
    return re.search(r"(?:ft|feet|foot) [\d./]+ ?\Z", text[: m.start()]) is not None or not text[m.end() :].strip(
        " .;,)"
    )


def _raised(kind: str, times: int) -> str:
    if times == 1:
        return kind
    powers = [part.split(":") for part in kind.split()]
    return " ".join(f"{base}:{int(power[0] if power else 1) * times}" for base, *power in powers)


def unit_readings(name: str) -> tuple[Reading, ...]:
    """What a name or symbol of a unit may measure, and how much of it one is; nothing if it is no unit."""
    return _named(name)


@lru_cache(maxsize=512)
def _named(name: str) -> tuple[Reading, ...]:
    """What a name or symbol of a unit may mean: kind and size, each."""
    said = " ".join(name.replace("-", " ").split()) if "cent" in name.lower() else name
    key = _ALSO.get(said) or _ALSO.get(said.lower()) or said
    for spelling in (key, key.lower(), key.lower().removesuffix("s")):
        if spelling in _OTHER:
            return tuple((f"{kind}:1" if kind in _BASES else kind, scale) for kind, scale in _OTHER[spelling])
    unit = named_unit(key) if len(key) > 1 or key in _LETTERS else None
    return ((_kind(unit), unit.scale),) if unit else ()


_BASES = frozenset({"mass", "time", "length", "dollar", "euro"})
_LETTERS = frozenset("mgltshdJNWL€$")


def _kind(unit: Unit) -> str:
    return " ".join(f"{base}:{power}" for base, power in sorted(unit.powers.items()))


def _rates(text: str, at: int) -> tuple[int, tuple[Reading, ...]]:
    """The unit that an amount is counted by, "a month", and where it ends."""
    joint = _RATE.match(text, at)
    if joint is None:
        return at, ()
    units, end = _unit(text, joint.end())
    if not units or (text[at : joint.end()].strip() in {"a", "an"} and end - joint.end() < 3):
        return at, ()
    return end, units


def _readings(number: Fraction, units: tuple[Reading, ...], rate: tuple[Reading, ...] = ()) -> tuple[Reading, ...]:
    if not rate:
        return tuple(dict.fromkeys((kind, number * scale) for kind, scale in units))
    return tuple(dict.fromkeys((_per(kind, by), number * scale / its) for kind, scale in units for by, its in rate))


def _per(kind: str, by: str) -> str:
    powers: dict[str, int] = {}
    for said, sign in ((kind, 1), (by, -1)):
        for part in said.split():
            base, _, power = part.partition(":")
            powers[base] = powers.get(base, 0) + sign * int(power or 1)
    return " ".join(f"{base}:{power}" for base, power in sorted(powers.items()) if power)


def _summed(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Amounts in two units of one kind, the smaller behind the larger, as one: "1 h 30 min", "5 ft 3 in"."""
    last: Quantity | None = None
    for quantity in found:
        if last is not None and (whole := _together(text, last, quantity)) is not None:
            last = whole
            continue
        if last is not None:
            yield last
        last = quantity
    if last is not None:
        yield last


def _together(text: str, one: Quantity, other: Quantity) -> Quantity | None:
    if one.is_plain or other.is_plain or not _JOINED.fullmatch(text[one.end : other.start].replace("\u00a0", " ")):
        return None
    # "the 14th of March 2021, 3 pm" are two; so are "2 km and 3 km".
    for kind, value in one.readings:
        for its, its_value in other.readings:
            size, its_size = (
                abs(v / q.number) if q.number else Fraction(0) for v, q in ((value, one), (its_value, other))
            )
            if kind == its and kind in _MIXED_PARTS and size > its_size > 0 and abs(its_value) < size * 2:
                whole = value + its_value
                return Quantity(one.start, other.end, ((kind, whole),), whole / size)
    return None
