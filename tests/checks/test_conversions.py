"""Amounts that are said to be one and the same in two units."""

from __future__ import annotations

import pytest

from tasks.checks.conversions import wrong_conversions


@pytest.mark.parametrize(
    "text",
    [
        "The lamp takes 200 W = 0.2 kW.",
        "90 minutes = 1.5 hours, and 2 km ≈ 1.24 miles.",
        "5 W + 200 W = 0.205 kW",
        "3 h = 180 min",
        "$200\\,\\text{W} = 0.2\\,\\text{kW}$",
        "One tonne = 1,000 kg.",
        "The rate is 4 m/s ≈ 14 km/h.",
        "A ≈ 254 m², so P = 2 kW",
        "20 lamps × 5 W = 100 W",
        "20 × 10 W = 200 W = 0.2 kW.",
        "x = 3 and y = 4 m",
    ],
)
def test_right_ones_and_other_statements_pass(text: str) -> None:
    assert not list(wrong_conversions(text))


@pytest.mark.parametrize(
    "text",
    [
        "The lamp takes 200 W = 2 kW.",
        "All in all 200 W ≈ about 2 kW of power.",
        "90 minutes = 2.5 hours",
        "3 h = 18 min",
        "$200\\,\\text{W} = 2\\,\\text{kW}$",
        "2 tonnes = 200 kg",
        "20 × 10 W = 200 W = 2 kW.",
        "First 3 km = 3,000 m; then 45 cm = 4.5 m.",
    ],
)
def test_a_slip_of_a_power_of_ten_is_found(text: str) -> None:
    assert list(wrong_conversions(text))
