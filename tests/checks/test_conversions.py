"""Amounts that are said to be one and the same in two units."""

from __future__ import annotations

import pytest

from tasks.checks.arithmetic import arithmetic
from tasks.checks.conversions import slipped_conversions
from tasks.records import Record, Source


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
        "20 °C = 68 °F",
        "07:00 in London = 09:00 in Riga, and 07:00 = 09:00",
        "On the map 1 cm = 1 km, on the other 2 cm = 5 km.",
        "a working day = 8 hours, so 5 days = 40 hours of work",
        "90 minutes = 2.5 hours",
    ],
)
def test_right_ones_and_other_statements_pass(text: str) -> None:
    assert not list(slipped_conversions(text))


@pytest.mark.parametrize(
    "text",
    [
        "The lamp takes 200 W = 2 kW.",
        "All in all 200 W ≈ about 2 kW of power.",
        "3 h = 18 min",
        "$200\\,\\text{W} = 2\\,\\text{kW}$",
        "2 tonnes = 200 kg",
        "20 × 10 W = 200 W = 2 kW.",
        "First 3 km = 3,000 m; then 45 cm = 4.5 m.",
    ],
)
def test_a_slip_of_a_power_of_ten_is_found(text: str) -> None:
    assert list(slipped_conversions(text))


@pytest.mark.parametrize(
    ("asked", "said", "passes"),
    [
        ("How much is it?", "It takes 200 W = 2 kW.", False),
        ("Where is the slip in 200 W = 2 kW?", "The slip is in the first line: 200 W = 2 kW.", True),
        ("How much is it?", "It is wrong to write 200 W = 2 kW.", True),
        ("How much is it?", "It takes 200 W = 0.2 kW.", True),
    ],
)
def test_what_was_asked_about_or_is_denied_is_no_statement_of_the_answer(asked: str, said: str, passes: bool) -> None:
    messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]
    record = Record(source=Source(id="s", uri="u", kind="text"), instruction=asked, messages=messages)
    assert (arithmetic(record) is None) is passes
