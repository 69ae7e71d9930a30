"""Figures of an estimate carried on from the task and the assumptions to the calculation, its range and the answer."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.records import Record, Source

TUNERS = {
    "quantities": [
        {"name": "pianos", "value": 9000, "unit": "pianos", "low": 6000, "high": 15000},
        {"name": "tunings_per_piano", "value": 2, "unit": "tunings/piano", "low": 1, "high": 3},
        {"name": "tunings_per_tuner", "value": 800, "unit": "tunings/tuner", "low": 600, "high": 1000},
    ],
    "expression": "pianos * tunings_per_piano / tunings_per_tuner",
    "unit": "tuners",
    "asks": "value",
    "factor": 5,
}
ASKED = (
    "A town has some 9,000 pianos, between 6,000 and 15,000. Say each is tuned 2 times a year (1 to 3), and that a tuner does "
    "800 tunings a year (600 to 1,000). How many tuners are there? State your assumptions, the calculation and a range."
)
CLAIM = {
    "quantities": [
        {"name": "taps", "value": 40, "unit": "taps"},
        {"name": "litres_a_day", "value": 25, "unit": "litres/tap/day"},
        {"name": "days", "value": 365, "unit": "days"},
    ],
    "expression": "taps * litres_a_day * days",
    "unit": "litres",
    "asks": "claim",
    "claim": 300000,
    "factor": 3,
}
CLAIMED = (
    "In a school 40 taps drip, each 25 litres a day. The caretaker says that 300,000 litres are lost in a year. True or false, "
    "allowing a factor of 3 either way? Give the reason."
)
SWINGS = {
    "quantities": [
        {"name": "trips", "value": 20, "unit": "trips", "low": 10, "high": 40},
        {"name": "load", "value": 12, "unit": "tonnes/trip", "low": 10, "high": 15},
    ],
    "expression": "trips * load",
    "unit": "tonnes",
    "asks": "sensitivity",
}
MOST = "A lorry makes 20 trips (10 to 40) with 12 tonnes each (10 to 15). Which of trips and load moves the total most?"


def carried(text: str, formal: dict[str, Any] = TUNERS, asked: str = ASKED) -> str | Doubt | None:
    form = {"value": "estimate", "claim": "truth", "sensitivity": "option"}[formal["asks"]]
    record = Record(
        source=Source(id="s", uri="u", kind="text"),
        instruction=asked,
        formal=formal,
        key=["23"],
        options=["trips", "load"] if form == "option" else [],
        answer_form=form,
        messages=[{"role": "user", "content": asked}, {"role": "assistant", "content": text}],
        skill="fermi",
    )
    found: str | Doubt | None = all_checks()["figures_carried"](record)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "- Pianos: 9,000 (6,000 to 15,000)\n- Tunings: 2 each\n- A tuner does 800 a year\n\n9,000 × 2 / 800 = 22.5\n\n"
        "Range: 6 to 75 tuners.\n\nAnswer: 23 tuners",
        "9,000 pianos × 2 tunings a year = 18,000 tunings. At 800 tunings a tuner, 18,000 / 800 ≈ 22.5, so some 20 tuners, "
        "within a factor of 3.\n\nAnswer: 20 tuners",
        "**Assumptions**\n\n| what | guess | range |\n|---|---|---|\n| pianos | 9,000 | 6,000–15,000 |\n"
        "| tunings a year | 2 | 1–3 |\n| per tuner | 800 | 600–1,000 |\n\n"
        "$9000 \\times 2 / 800 \\approx 22.5$\n\nLow: 6, high: 75.\n\n**Answer: 23 tuners**",
        "Take 9 thousand pianos, twice a year: that makes 18,000 tunings. A tuner manages 4 a day on 200 days, so 4 × 200 = 800. "
        "18,000 divided by 800 gives about 22 or 23. Anything from 10 to 50 is possible.\n\nAnswer: 22 tuners",
        "If a tuner works 40 weeks of 5 days and does 4 pianos a day, he does 800. There are 9,000 pianos with 2 tunings each. "
        "9,000 × 2 ÷ (40 × 5 × 4) = 22.5. It could be twice as many or half.\n\nAnswer: 22.5 tuners",
        "I assume 10,000 pianos (a little above what is given), 1.5 tunings each and 750 a tuner.\n10,000 × 1.5 / 750 = 20\n"
        "Between 5 and 60.\nAnswer: 20 tuners",
        "Supply: 18,000 tunings / 800 = 22.5. Demand: the directory might list 30. Taking both into account, 26.\n"
        "Pianos 9,000, tunings 2, giving 18,000. Range 10 to 60.\nAnswer: 26 tuners",
        "Given: 9,000 pianos. Half of them are tuned at all, 4 times: 9,000 × 0.5 × 4 = 18,000 tunings; 18,000 / 800 = 22.5, "
        "as one tuner does 800.\nAt least 6 and at most 75.\nAnswer: about 22 tuners",
        "With 9,000 pianos, 2 tunings and 800 per tuner:\n\n9000 × 2 = 18000\n18000 / 800 = 22.5\n\nLow end 6000 × 1 / 1000 = 6, "
        "high end 15000 × 3 / 600 = 75.\n\nAnswer: 23 tuners",
        "Number of pianos 9,000; each needs 2 visits; 800 visits a tuner and year. 9,000 × 2 = 18,000 visits → 18,000/800 ≈ 23 "
        "tuners (uncertainty: a factor of two to three)\n\nAnswer: 23",
    ],
)  # fmt: skip
def test_what_is_carried_on_raises_no_doubt(text: str) -> None:
    assert carried(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Each has 2 tunings, and a tuner does 800.\n8,000 × 2 / 800 = 20\nFrom 6 to 75.\nAnswer: 20 tuners", "introduced"),
        ("9,000 pianos, 2 tunings each.\n9,000 × 2 / 800 = 22.5\nFrom 6 to 75 tuners.\nAnswer: 23 tuners", "introduced"),
        ("9,001 pianos, 2 tunings each, 800 a tuner.\n9,000 × 2 / 800 = 22.5\nFrom 6 to 75.\nAnswer: 23 tuners", "introduced"),
        ("9,000 pianos, 2 tunings each, 800 a tuner.\n9,000 × 2 / 800 = 22.5\nFrom 6 to 75.\nAnswer: 24 tuners", "last step"),
        ("9,000 pianos × 2 tunings = 18,000 tunings. One tuner: 600 tunings. 18,000 tunings / 600 tunings = 30.\n"
         "From 6 to 75.\nAnswer: 31 tuners", "last step"),
        ("9,000 pianos, from 6,000 to 15,001; 2 tunings each; 800 a tuner.\n9,000 × 2 / 800 = 22.5\nFrom 6 to 75.\n"
         "Answer: 23 tuners", "end of a range"),
        ("9,000 pianos (6,000 to 15,000), 2 tunings (1 to 3), 801 a tuner (600 to 1,000), so 9,000 × 2 / 801 = 22.5\n"
         "From 6 to 75.\nAnswer: 23 tuners", "assumption"),
        ("Pianos 9,000 (6,000 to 15,000), tunings 2 (1 to 3), a tuner 800 (600 to 1,000).\n9,000 × 2 / 800 = 22.5\n"
         "From 6 to 76.\nAnswer: 23 tuners", "end of a range"),
        ("9,000 pianos, 2 tunings each, 800 a tuner.\n9,000 × 2 / 800 = 22.5\nAnswer: 23 tuners", "no range"),
        ("Pianos 9,000, from 6,000 to 15,000; tunings 2, from 1 to 3; a tuner 800.\n9,000 × 2 / 800 = 22.5\n"
         "Answer: 23 tuners", "no range"),
    ],
)  # fmt: skip
def test_a_figure_that_is_not_the_one_of_the_step_before_is_asked_about(text: str, problem: str) -> None:
    found = carried(text)
    assert isinstance(found, Doubt) and problem in found.problem


@pytest.mark.parametrize(
    "text",
    [
        "40 × 25 × 365 = 365,000 litres, so 300,000 is within a factor of 3.\nAnswer: True",
        "A day's loss is 1,000 litres, a year's 365,000. The claim is not outside a factor of three of that.\nAnswer: True",
        "The figures give 365,000 litres; 365,000 / 300,000 ≈ 1.2, far less than a factor of 3.\nAnswer: True",
        "It comes to about 370,000 litres a year, and the caretaker's figure is close to it.\nAnswer: True",
    ],
)
def test_what_is_said_of_a_claim_follows(text: str) -> None:
    assert carried(text, CLAIM, CLAIMED) is None


@pytest.mark.parametrize(
    "text",
    [
        "40 × 25 × 365 = 365,000 litres, so 300,000 is not within a factor of 3.\nAnswer: True",
        "A year's loss is 365,000 litres. The claim is outside a factor of three.\nAnswer: True",
        "The loss is 365,000 litres, and that is off by more than a factor of 3.\nAnswer: False",
    ],
)
def test_a_factor_that_the_calculation_denies_is_asked_about(text: str) -> None:
    found = carried(text, CLAIM, CLAIMED)
    assert isinstance(found, Doubt) and "factor" in found.problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("The claim of 300,000 litres is within a factor of 3.\nAnswer: True", "settles"),
        ("40 × 25 × 365 = 365,000 litres, and the claim of 300,001 is within a factor of 3.\nAnswer: True", "neither"),
        ("41 taps lose 365,000 litres a year, within a factor of 3 of 300,000.\nAnswer: True", "neither"),
    ],
)
def test_a_claim_without_its_figures_is_asked_about(text: str, problem: str) -> None:
    found = carried(text, CLAIM, CLAIMED)
    assert isinstance(found, Doubt) and problem in found.problem


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Trips by a factor of 4; load by a factor of 1.5.\nAnswer: A", True),
        ("The load moves it by a factor of only 1.5, the trips by a factor of 4.\nAnswer: A", True),
        ("Going from 20 to 40 trips is a factor of 2, and from 10 to 20 as well.\nAnswer: A", True),
        ("Trips by a factor of 3; load by a factor of 1.5.\nAnswer: A", False),
        ("Trips by a factor of 4; load by a factor of 1.6.\nAnswer: A", False),
        ("Load moves the total by a factor of 4.\nAnswer: A", False),
    ],
)
def test_a_quantity_moves_the_result_by_the_factor_of_its_range(text: str, right: bool) -> None:
    assert (carried(text, SWINGS, MOST) is None) is right
