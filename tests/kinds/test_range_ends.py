"""The ends of a range are what the products shown for them give."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.kinds.calculation.ends import _worked, other_ends
from tasks.kinds.calculation.steps import _pairs
from tasks.records import Record, Source
from tests.growth import LIMIT, Repeated, growth

GOOD = [
    "Low: 26,000 × 0.06 × 1 = 1,560. High: 26,000 × 0.35 × 2 = 18,200. So it lies between 1,600 and 18,000 hours.",
    "Low end: 40 pumps × 5 litres × 12 = 2,400 litres; high end: 40 pumps × 12 litres × 18 = 8,640 litres.",
    "The lower product is 300 x 4 / 6 = 200, the upper one 300 x 9 / 5 = 540. Range: 200 to 540.",
    "Low: 1.2 million × 2 % × 3 ≈ 72,000. High: 1.2 million × 5 % × 3 ≈ 180,000. From 70,000 to 180,000.",
    "Low: 9 kg/m² × 40 m² = 360 kg\nHigh: 15 kg/m² × 60 m² = 900 kg\nRange: 360 to 900 kg",
    "Low: 300,000 ÷ (0.07 × 1,000,000) ≈ 4.3 m. High: 300,000 ÷ (0.035 × 1,000,000) ≈ 8.6 m.",
    "Low: 405 + 720 + 320 ≈ €1,400. High: 1,350 + 4,050 + 1,100 ≈ €6,500.",
    "Low: 20 × 8 W × 8,760 h = 1,402 kWh. High: 20 × 15 W × 8,760 h = 2,628 kWh. Range: 1,400 to 2,600 kWh.",
    "Low: 15 kg and 8 minutes a day, a cheap machine. High: 50 kg. The total lies between 1,400 and 6,500 euros.",
    "At the least 6 crews × 30 days = 180, × 2 shifts makes 360. At most 6 × 60 × 2 = 720.",
]
WRONG = [
    "Low: 26,000 × 0.06 × 1, about 2,000. High: 26,000 × 0.35 × 2, about 18,000.",
    "Low end: 40 pumps × 5 litres × 12 ≈ 3,000 litres; high end: 40 pumps × 12 litres × 18 = 8,640 litres.",
    "Low: 300 x 4 / 6 = 200. High: 300 x 9 / 5 = 540. So the range is 200 to 700.",
    "Low: 1.2 million × 2 % × 3 ≈ 72,000. High: 1.2 million × 5 % × 3 ≈ 180,000. From 72,000 to 250,000.",
    "Low: 9 kg/m² × 40 m² = 360 kg\nHigh: 15 kg/m² × 60 m² = 900 kg\nRange: 500 to 900 kg",
    "The highest is 14 wells × 30 × 5 = 2,100, the lowest 14 wells × 10 × 2 = 280. Between 280 and 3,570.",
    "Lower bound: 650 × 0.6 = 390. Upper bound: 650 × 7.2 = 4,680. A range of 500 to 4,500.",
    "Minimum: 12 · 50 → 600 tonnes. Maximum: 12 · 90 → 1,500 tonnes.",
    "Pessimistic: 80 km / 4 = 20 hours. Optimistic: 80 km / 10 = 8 hours. Anything from 5 to 20 hours is possible.",
    "Low: 7 × €30 × 52 = €10,920. High: 7 × €45 × 52 = €16,380. Between €8,000 and €16,400.",
]


@pytest.mark.parametrize("text", GOOD)
def test_ends_that_are_their_products(text: str) -> None:
    assert not other_ends(text, list(_pairs(text)), Fraction(400 if "540" in text or "360" in text else 2000))


@pytest.mark.parametrize(
    ("text", "value"), zip(WRONG, [9000, 5000, 350, 120000, 600, 1000, 2000, 900, 12, 13000], strict=True)
)
def test_ends_that_are_not_their_products(text: str, value: int) -> None:
    assert other_ends(text, list(_pairs(text)), Fraction(value))


@pytest.mark.parametrize(("low", "doubted"), [("1,560 hours", False), ("2,000 hours", True)])
def test_a_range_that_its_products_do_not_give_is_asked_about(low: str, doubted: bool) -> None:
    asked = "Of the town's 26,000 people, between 6 and 35 % come, for 1 to 2 hours. How many hours do they spend there in all?"
    answer = (
        "Of 26,000 people, say 15 % come, for 1.5 hours: 26,000 × 0.15 × 1.5 = 5,850.\n\n"
        f"Low: 26,000 people × 0.06 × 1 hour, {low}. High: 26,000 people × 0.35 × 2 hours = 18,200 hours.\n\n"
        "Answer: 5,850 hours"
    )
    formal = {
        "quantities": [
            {"name": "people", "value": 26000, "unit": "people"},
            {"name": "share", "value": 0.15, "unit": "", "low": 0.06, "high": 0.35},
            {"name": "stay", "value": 1.5, "unit": "hours/person", "low": 1, "high": 2},
        ],
        "expression": "people * share * stay",
        "unit": "hours",
        "asks": "value",
        "factor": 5,
    }
    record = Record(
        source=Source(id="s", uri="u", kind="text"),
        instruction=asked,
        formal=formal,
        key=["5850"],
        answer_form="estimate",
        messages=[{"role": "user", "content": asked}, {"role": "assistant", "content": answer}],
        skill="fermi",
    )
    found = all_checks()["figures_carried"](record)
    assert isinstance(found, Doubt) is doubted and (doubted or found is None)


@pytest.mark.parametrize(
    "hostile",
    [
        Repeated("a", 2000, "Low: 1 "),
        Repeated("a-", 2000, "Low: 1 "),
        Repeated("a/", 2000, "Low: 1"),
        Repeated("1,", 2000, "High: "),
        Repeated("1 a ", 1000, "Low: "),
        Repeated("1 × ", 1000, "Low: "),
        Repeated("low ", 1000),
    ],
    ids=str,
)
def test_the_work_grows_with_the_text(hostile: Repeated) -> None:
    assert growth(lambda text: list(_worked(text)), hostile) < LIMIT
