"""A measured amount: the number, and the unit behind or the currency before it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

_LENGTH, _MASS, _TIME, _VOLUME, _AREA, _SPEED, _ANGLE = "length", "mass", "time", "volume", "area", "speed", "angle"
_F = Fraction
_UNITS: dict[str, tuple[str, Fraction, str]] = {
    "mm": (_LENGTH, _F(1, 1000), "millimetre millimeter"),
    "cm": (_LENGTH, _F(1, 100), "centimetre centimeter"),
    "m": (_LENGTH, _F(1), "metre meter"),
    "km": (_LENGTH, _F(1000), "kilometre kilometer"),
    "in": (_LENGTH, _F(254, 10000), "inch inches"),
    "ft": (_LENGTH, _F(3048, 10000), "foot feet"),
    "mi": (_LENGTH, _F(1609344, 1000), "mile"),
    "mg": (_MASS, _F(1, 10**6), "milligram"),
    "g": (_MASS, _F(1, 1000), "gram gramme"),
    "kg": (_MASS, _F(1), "kilogram kilo kilogramme"),
    "t": (_MASS, _F(1000), "tonne"),
    "s": (_TIME, _F(1), "second sec"),
    "min": (_TIME, _F(60), "minute mins"),
    "h": (_TIME, _F(3600), "hour hr hrs"),
    "day": (_TIME, _F(86400), "d"),
    "week": (_TIME, _F(604800), ""),
    "ml": (_VOLUME, _F(1, 1000), "millilitre milliliter"),
    "l": (_VOLUME, _F(1), "litre liter"),
    "m^2": (_AREA, _F(1), "m2"),
    "cm^2": (_AREA, _F(1, 10**4), "cm2"),
    "km^2": (_AREA, _F(10**6), "km2"),
    "m/s": (_SPEED, _F(1), ""),
    "°": (_ANGLE, _F(1), "degree deg"),
    "km/h": (_SPEED, _F(5, 18), "kph kmh"),
}
_NAMES = {name: unit for unit, (_, _, more) in _UNITS.items() for name in (unit, *more.split())}
_MONEY = {"dollar": "$", "euro": "€", "usd": "$", "eur": "€", "gbp": "£", "yen": "¥", "jpy": "¥"}
_CURRENCY = re.compile(r"(?:US|A|C)?[$€£¥]|\b(?:USD|EUR|GBP|CHF|JPY)\b")
_TAIL = re.compile(
    r"(?<=[\d)%!])\s*(?![eE]\d)((?:[A-Za-z\u00b5\u03a9°][A-Za-z\u00b5\u03a9.°]*(?:\s*\^\s*\(?-?\d\)?|[23]\b|[²³])?[\s/·*-]*){1,4})$"
)


_RAISED = str.maketrans({"²": "2", "³": "3"})


_PREFIXED = re.compile(
    r"(?:[kmgtc\u00b5n]|kilo|mega|giga|tera|milli|micro|nano|centi|hecto|h)?(?:w|wh|hz|b|pa|v|a|j|watts?|hertz|bytes?|joules?|volts?"
    r"|grams?|mol|bar)|ha|hectares?|euros?|cents?|dollars?|pounds?|pence",
    re.I,
)


class Measured(NamedTuple):
    amount: str
    """What the calculator is to read."""
    unit: str = ""
    kind: str | None = None
    """What the unit measures, if it is a known one."""
    scale: Fraction = Fraction(1)
    """The unit in the kind's base unit."""


def measured(text: str) -> Measured:
    """The amount that a short text states, apart from its unit: "12.5 km/h", "$1,200", "90°C"."""
    text = " ".join(text.split())
    currency = _CURRENCY.search(text)
    if currency:
        text = _CURRENCY.sub(" ", text, count=1).strip()
        sign = _MONEY.get(currency[0].lower()) or currency[0].lstrip("USAC") or currency[0]
        return Measured(re.sub(r"^- ", "-", text), sign)
    m = _TAIL.search(text)
    if not m or m[1].strip().lower() in {"e", "pi"} or re.search(r"(?:^|[\s*])(?:pi|sqrt)\b", m[1]):
        return Measured(text)
    said = re.sub(r"[\s()]", "", m[1].rstrip(" .-*·"))
    said = said.translate(_RAISED)
    unit = _NAMES.get(said) or _NAMES.get(said.lower()) or _NAMES.get(said.lower().removesuffix("s"))
    if unit is None and len(said) == 1 and said.isascii():
        return Measured(text)  # a variable
    if unit:
        kind, scale, _ = _UNITS[unit]
        return Measured(text[: m.start()].strip(), unit, kind, scale)
    other = m[1].strip(" .-*·").lower().removesuffix("s")
    return Measured(text[: m.start()].strip(), _MONEY.get(other, other))


def is_unit(name: str) -> bool:
    """Whether the word is a unit that takes prefixes or has smaller ones, so that figures of it can be restated."""
    return name in _NAMES or name.removesuffix("s") in _NAMES or _PREFIXED.fullmatch(name) is not None


def known_unit(letter: str) -> bool:
    """Whether a single letter behind a number is a unit rather than a variable."""
    return letter in _NAMES or letter in "KCFVWAJN"


def units_mixed(*texts: str) -> bool:
    """Whether the texts name two units for one thing, such as minutes and hours: figures beside them are no plain sum."""
    found: dict[str, set[str]] = {}
    for word in re.findall(r"[A-Za-z°]+", " ".join(texts)):
        unit = _NAMES.get(word) or _NAMES.get(word.lower()) or _NAMES.get(word.lower().removesuffix("s"))
        if unit:
            found.setdefault(_UNITS[unit][0], set()).add(unit)
    dozens = re.search(
        r"\b(?:dozens?|scores?|pairs?|gross|cents?|pence|decades?|centur(?:y|ies)|months?|years?)\b",
        " ".join(texts),
        re.I,
    )
    return any(len(units) > 1 for units in found.values()) or dozens is not None
