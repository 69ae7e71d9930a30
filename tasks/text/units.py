"""What a unit measures, as powers of length, mass, time, money and data; counted things are pure numbers."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

_F = Fraction
Powers = dict[str, int]


class Unit(NamedTuple):
    powers: Powers
    """Base -> power, without zeros."""
    scale: Fraction
    """The unit in the bases: metre, kilogram, second, bit."""


_SPEED, _ENERGY = {"length": 1, "time": -1}, {"mass": 1, "length": 2, "time": -2}
_POWER, _FORCE = {"mass": 1, "length": 2, "time": -3}, {"mass": 1, "length": 1, "time": -2}
_PRESSURE = {"mass": 1, "length": -1, "time": -2}
_TABLE: list[tuple[Powers, dict[str, Fraction]]] = [
    ({"length": 1}, {
        "mm millimetre millimeter": _F(1, 1000), "cm centimetre centimeter": _F(1, 100), "m metre meter": _F(1),
        "km kilometre kilometer": _F(1000), "inch": _F(254, 10000), "ft foot": _F(3048, 10000),
        "yard": _F(9144, 10000), "mile": _F(1609344, 1000),
    }),
    ({"length": 2}, {"ha hectare": _F(10000), "acre": _F(40468564224, 10**7)}),
    ({"length": 3}, {
        "ml millilitre milliliter": _F(1, 10**6), "cl centilitre": _F(1, 10**5), "l litre liter": _F(1, 1000),
        "gallon": _F(3785411784, 10**12),
    }),
    ({"mass": 1}, {
        "mg milligram": _F(1, 10**6), "g gram gramme": _F(1, 1000), "kg kilogram kilo kilogramme": _F(1),
        "t tonne": _F(1000), "lb": _F(45359237, 10**8),
    }),
    ({"time": 1}, {
        "s second sec": _F(1), "min minute": _F(60), "h hour hr": _F(3600), "d day": _F(86400), "night": _F(86400),
        "week": _F(604800), "month": _F(2629800), "yr year": _F(31557600), "decade": _F(315576000),
        "century": _F(3155760000),
    }),
    ({"time": -1}, {"hz hertz": _F(1)}),
    (_SPEED, {"km/h kph": _F(5, 18), "mph": _F(44704, 10**5), "knot": _F(1852, 3600)}),
    (_ENERGY, {
        "j joule": _F(1), "kj kilojoule": _F(1000), "MJ megajoule": _F(10**6), "GJ gigajoule": _F(10**9),
        "Wh watt-hour": _F(3600), "kWh kilowatt-hour": _F(3600000), "MWh megawatt-hour": _F(36 * 10**8),
        "GWh gigawatt-hour": _F(36 * 10**11), "TWh terawatt-hour": _F(36 * 10**14), "kcal kilocalorie": _F(4184),
    }),
    (_POWER, {"w watt": _F(1), "kw kilowatt": _F(1000), "MW megawatt": _F(10**6), "GW gigawatt": _F(10**9)}),
    (_FORCE, {"N newton": _F(1), "kN kilonewton": _F(1000)}),
    (_PRESSURE, {"pa pascal": _F(1), "kpa kilopascal": _F(1000), "bar": _F(100000)}),
    ({"data": 1}, {
        "bit": _F(1), "byte": _F(8), "kB kilobyte": _F(8000), "MB megabyte": _F(8 * 10**6),
        "GB gigabyte": _F(8 * 10**9), "TB terabyte": _F(8 * 10**12),
    }),
    ({"euro": 1}, {"€ euro eur": _F(1)}),
    ({"dollar": 1}, {"$ dollar usd": _F(1), "cent": _F(1, 100)}),
]  # fmt: skip
_UNITS = {
    name: Unit(powers, scale) for powers, group in _TABLE for names, scale in group.items() for name in names.split()
}
_FOLDED = {name.lower(): unit for name, unit in reversed(_UNITS.items())}
# Physical, but without a place in the table: of these nothing is claimed.
_STRANGE = frozenset(re.findall(r"\S+", """
    pound ounce oz ton pint quart cup a amp ampere v volt ohm f k c kelvin celsius fahrenheit degree mol mole lux
    lumen db decibel sievert becquerel light-year lightyear parsec carat point mile/h cal calorie
"""))  # fmt: skip
_PURE = frozenset({"%", "percent", "per-cent", "share", "fraction", "ratio", "times"})
_SUPERSCRIPT = re.compile(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_RAISED = re.compile(r"(?<=[a-z])(?:\^?\(?(-?[1-9])\)?)$", re.I)


def spellings(name: str) -> list[str]:
    """The names in the table that stand for the unit of this name, itself among them."""
    rows = (names.split() for _, group in _TABLE for names in group)
    return next((row for row in rows if name in row), [name])


def read_unit(text: str) -> Unit | None:
    """The unit, with whatever is counted taken as a pure number; None if it cannot be read for certain."""
    said = _SUPERSCRIPT.sub(lambda m: "^" + m[0].translate(_LOWERED), text.strip()).replace("·", "*").replace("×", "*")
    said = said.replace("\u22c5", "*").replace("\u2212", "-")
    said = re.sub(r"\b(?:per|a|an|each|every)\b(?=\s+\w)", "/", said)
    said = re.sub(r"\b(square|cubic)\s+(\w+)", lambda m: f"{m[2]}^{2 if m[1] == 'square' else 3}", said)
    said = re.sub(r"\b(\w+)\s+(squared|cubed)\b", lambda m: f"{m[1]}^{2 if m[2] == 'squared' else 3}", said)
    said = re.sub(r"\^\((-?\d)\)", r"^\1", said)
    if re.search(r"\)\s*\^|(?<![\^a-z])(?<!\^-)\d|\d\d|[^\w\s/*^()%$€.'-]", said, re.I):
        return None
    said = re.sub(r"\s*([/*])\s*", r"\1", said)
    powers: Powers = {}
    scale = _F(1)
    below, outer = False, [False]
    for piece in re.split(r"([/*()]|\s+)", said):
        if piece in {"/", "*"}:
            below = piece == "/"
        elif piece == "(":
            outer.append(outer[-1] != below)
            below = False
        elif piece == ")":
            outer = outer[:-1] or [False]
            below = False
        elif piece.strip():
            found = _one(piece)
            if found is None:
                return None
            divides = below != outer[-1]
            for base, power in found.powers.items():
                powers[base] = powers.get(base, 0) + (-power if divides else power)
            scale = scale / found.scale if divides else scale * found.scale
    return Unit({base: power for base, power in powers.items() if power}, scale)


def named_unit(word: str) -> Unit | None:
    """The unit in the table that a word or symbol names, in the singular or plural; None if it names none."""
    names = _names(word)
    known = next((_UNITS[n] for n in names if n in _UNITS), None)
    return known or next((_FOLDED[n.lower()] for n in names if n.lower() in _FOLDED), None)


def _names(word: str) -> list[str]:
    singular = {"feet": "foot", "inches": "inch", "centuries": "century"}.get(word.lower())
    names = [word, *([word[:-1]] if word.endswith("s") and len(word) > 3 else [])]
    return [*names, singular] if singular else names


def _one(word: str) -> Unit | None:
    times = 1
    if (raised := _RAISED.search(word)) and word[: raised.start()]:
        word, times = word[: raised.start()], int(raised[1])
    word = word.strip(".'")
    names, known = _names(word), named_unit(word)
    if known:
        return Unit({base: power * times for base, power in known.powers.items()}, known.scale**times)
    if any(n.lower() in _STRANGE for n in names):
        return None
    if "-" in word and not {n.lower() for n in names} & _PURE:  # man-hours, kilowatt-days
        halves = [_one(half) for half in word.split("-")]
        whole: Powers = {}
        scale = _F(1)
        for half in halves:
            if half is None:
                return None
            whole |= {base: whole.get(base, 0) + power for base, power in half.powers.items()}
            scale *= half.scale
        return Unit(whole, scale**times)
    return Unit({}, _F(1, 100) if word.lower() in {"%", "percent"} else _F(1))
