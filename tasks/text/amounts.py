"""A measured amount: the number, and the unit behind or the currency before it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from tasks.text.units import read_unit, spellings

_KINDS = {
    "length": "mm cm m km inch ft mile",
    "mass": "mg g kg t",
    "time": "s min h d week",
    "volume": "ml l",
    "area": "m^2 cm^2 km^2",
    "speed": "m/s km/h",
    "angle": "°",
}
_KIND = {unit: kind for kind, units in _KINDS.items() for unit in units.split()}
_SCALE = {unit: known.scale for unit in _KIND if (known := read_unit(unit))}
_NAMES = {spelling: unit for unit in _KIND for spelling in spellings(unit)}
_NAMES |= {"in": "inch", "inches": "inch", "feet": "ft", "mi": "mile", "mins": "min", "hrs": "h", "kmh": "km/h"}
_NAMES |= {"m2": "m^2", "cm2": "cm^2", "km2": "km^2", "degree": "°", "deg": "°"}
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


def read_amount(text: str) -> Measured:
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
        return Measured(text[: m.start()].strip(), unit, _KIND[unit], _SCALE.get(unit, Fraction(1)))
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
            found.setdefault(_KIND[unit], set()).add(unit)
    dozens = re.search(
        r"\b(?:dozens?|scores?|pairs?|gross|cents?|pence|decades?|centur(?:y|ies)|months?|years?)\b",
        " ".join(texts),
        re.I,
    )
    return any(len(units) > 1 for units in found.values()) or dozens is not None
