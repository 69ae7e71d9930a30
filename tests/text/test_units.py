"""Units: what they measure and how large they are, alone and behind an amount."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tasks.text.amounts import is_unit, known_unit, read_amount, units_mixed
from tasks.text.units import read_unit, spellings


@pytest.mark.parametrize(
    ("text", "powers"),
    [
        ("litres per person per day", {"length": 3, "time": -1}),
        ("kWh/m^2", {"mass": 1, "time": -2}),
        ("kilowatt-hours", {"mass": 1, "length": 2, "time": -2}),
        ("square metres", {"length": 2}),
        ("metres per second squared", {"length": 1, "time": -2}),
        ("person-days", {"time": 1}),
        ("loaves a day", {"time": -1}),
        ("€/kg", {"euro": 1, "mass": -1}),
        ("households", {}),
        ("", {}),
        ("hours/day", {}),
    ],
)
def test_units_are_read(text: str, powers: dict[str, int]) -> None:
    unit = read_unit(text)
    assert unit is not None and unit.powers == powers


@pytest.mark.parametrize("text", ["degrees Celsius", "litres per 100 km", "tons", "pounds", "cups", "??"])
def test_of_units_that_may_mean_several_things_nothing_is_said(text: str) -> None:
    assert read_unit(text) is None


@pytest.mark.parametrize(
    ("unit", "scale"),
    [
        ("km/h", Fraction(5, 18)),
        ("square feet", Fraction(3048, 10000) ** 2),
        ("kWh", Fraction(3_600_000)),
        ("percent", Fraction(1, 100)),
        ("GB per week", Fraction(8 * 10**9, 604_800)),
    ],
)
def test_scales_are_exact(unit: str, scale: Fraction) -> None:
    found = read_unit(unit)
    assert found is not None and found.scale == scale


def test_the_names_of_one_unit() -> None:
    assert spellings("km") == ["km", "kilometre", "kilometer"] == spellings("kilometre")
    assert spellings("m^2") == ["m^2"]


@pytest.mark.parametrize(
    ("text", "amount", "unit", "kind"),
    [
        ("12.5 km/h", "12.5", "km/h", "speed"),
        ("3 inches", "3", "inch", "length"),
        ("90°C", "90", "°c", None),
        ("40 mins", "40", "min", "time"),
        ("7 m²", "7", "m^2", "area"),
        ("$1,200", "1,200", "$", None),
        ("-€5", "-5", "€", None),
        ("20 dollars", "20", "$", None),
        ("48", "48", "", None),
        ("3 x", "3 x", "", None),
        ("2 sacks", "2", "sack", None),
    ],
)
def test_an_amount_and_its_unit(text: str, amount: str, unit: str, kind: str | None) -> None:
    found = read_amount(text)
    assert (found.amount, found.unit, found.kind) == (amount, unit, kind)


def test_amounts_of_one_kind_are_told_in_one_unit() -> None:
    assert read_amount("1 l").scale == 1000 * read_amount("1 ml").scale
    assert read_amount("1 mile").scale == Fraction(1609344, 1000)


def test_two_units_of_one_kind_are_mixed() -> None:
    assert units_mixed("5 min", "2 h") and units_mixed("3 dozen", "")
    assert not units_mixed("5 min", "10 min") and not units_mixed("5 min", "3 kg")


def test_words_and_letters_that_are_units() -> None:
    assert [is_unit(word) for word in ("kilometres", "kw", "hectares", "sacks", "letter")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert [known_unit(letter) for letter in "mKxz"] == [True, True, False, False]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kW·s³/m⁵", "kg/m^3"),
        ("kW s^3/m^5", "kg/m³"),
        ("W·s³·m⁻⁵", "kg m^-3"),
        ("J/(kg·s)", "m²/s³"),
        ("kWh/(m²·year)", "W/m²"),
        ("m s⁻²", "N/kg"),
        ("kg·m²/s²", "J"),
        ("N·m⁻²", "Pa"),
        ("litres/(person·day)", "l/day"),
        ("euros/(kW·h)", "€/kWh"),
    ],
)
def test_units_of_one_measure_however_they_are_put_together(one: str, other: str) -> None:
    first, second = read_unit(one), read_unit(other)
    assert first is not None and second is not None and first.powers == second.powers


@pytest.mark.parametrize("unit", ["MW/(km/h)^3", "W/(m²·K)", "L/100 km"])
def test_units_that_are_not_read(unit: str) -> None:
    assert read_unit(unit) is None
