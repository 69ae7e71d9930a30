"""Estimates in words and signs: the figures lead there, in the unit that was asked for, from sizes that can be."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tasks.kinds.calculation.shown import leads
from tasks.records import Record, Source

DOGS = {
    "quantities": [
        {"name": "households", "value": 300000, "unit": "households", "low": 250000, "high": 350000},
        {"name": "dogs_per_household", "value": 0.2, "unit": "dogs/household", "low": 0.1, "high": 0.3},
    ],
    "expression": "households*dogs_per_household",
    "unit": "dogs",
    "value": 60000,
}
LAMPS = {
    "quantities": [
        {"name": "lamps", "value": 20, "unit": "lamps"},
        {"name": "power", "value": 10, "unit": "watts/lamp", "low": 5, "high": 20},
        {"name": "hours", "value": 8760, "unit": "hours"},
        {"name": "price", "value": 0.3, "unit": "euros/kWh", "low": 0.2, "high": 0.4},
    ],
    "expression": "lamps*power*hours*price",
    "unit": "euros",
    "value": 526,
}


def shown(text: str, formal: dict[str, Any] = DOGS, key: str = "60000") -> Any:
    asked = "My daughter wants to know how many dogs live in Oslo. A figure in dogs will do."
    messages = [{"role": "user", "content": asked}, {"role": "assistant", "content": text}]
    source = Source(id="s", uri="u", kind="text")
    record = Record(
        source=source,
        instruction=asked,
        formal=formal,
        key=[key],
        answer_form="estimate",
        messages=messages,
        skill="fermi",
    )
    return all_checks()["estimate_shown"](record)


TOLD = [
    "Take 350,000 households. A sixth keep a dog, so 350,000 divided by 6 makes 58,000 dogs, give or take a factor of two.",
    "There are some 320,000 homes, and one in five has a dog. That gives 64,000 dogs, with 40,000 to 100,000 plausible.",
    "Say 700,000 people, two to a household, and a dog in every sixth: 58,000 dogs, somewhere between 30,000 and 90,000.",
    "Half of 300,000 households have pets, and of these 40 per cent a dog. That makes 60,000 dogs, at least 30,000.",
    "With 0.18 dogs to each of 330,000 households it comes to 59,400 dogs, within a factor of two.",
    "A vet sees 1,500 dogs, and there are 40 vets, so together 60,000 dogs. The range is 30,000 to 120,000.",
    "300,000 times a fifth gives 60,000 dogs; it could be as few as 30,000.",
    "One dog per 12 people, 700,000 people: 58,000 dogs in all, from 40,000 up to 80,000.",
    "Twenty districts with about three thousand dogs each come to 60,000 dogs, give or take a factor of 2.",
    "Of 350,000 households 17 per cent keep one, so 60,000 dogs; between 40,000 and 90,000.",
]


@pytest.mark.parametrize("text", TOLD)
def test_a_calculation_told_in_words_leads_to_its_estimate(text: str) -> None:
    figure = next(w for w in ("58,000", "64,000", "59,400", "60,000") if w in text)
    assert shown(f"{text}\n\nAnswer: {figure} dogs") is None


def test_most_other_estimates_do_not_follow_from_the_same_figures() -> None:
    wrong = ("7,300", "31,000", "220,000", "580,000", "970,000")
    found = [shown(f"{text}\n\nAnswer: {figure} dogs") for text in TOLD for figure in wrong]
    assert sum(f is not None for f in found) >= 0.5 * len(found)


@pytest.mark.parametrize(
    "text",
    [
        "There are certainly many dogs in the city, perhaps between 30,000 and 90,000.",
        "Dogs are popular there. I would guess somewhere in the range of 40,000 to 80,000.",
        "In a city like this 60,000 seems plausible, within a factor of two.",
    ],
)
def test_a_guess_is_no_calculation(text: str) -> None:
    assert isinstance(shown(f"{text}\n\nAnswer: 61,700 dogs"), Doubt)


@pytest.mark.parametrize(
    "text",
    [
        "20 × 10 W × 8,760 h = 1,752,000 Wh = 1,752 kWh. It may lie between 900 and 3,500.\n\nAnswer: 1,752 euros",
        "20 lamps × 10 W = 200 W; 200 W × 8,760 h = 1,752 kWh, range 900 to 3,500.\n\nAnswer: 1,752 euros",
        "0.2 kW × 8,760 h ≈ 1,750 kWh, between 900 and 3,500.\n\nAnswer: 1,750 euros",
        "12 W × 20 = 240 W, from 100 to 400.\n\nAnswer: 240 euros",
    ],
)
def test_an_amount_of_something_else_is_no_answer(text: str) -> None:
    assert isinstance(shown(text, LAMPS, "526"), Doubt)


def test_the_right_thing_passes() -> None:
    text = "20 × 12 W = 0.24 kW\n0.24 kW × 8,760 h ≈ 2,100 kWh\n2,100 kWh × 0.30 €/kWh = 630 €, from 350 to 1,050 €."
    text += "\n\nAnswer: 630 €"
    assert shown(text, LAMPS, "526") is None


@pytest.mark.parametrize(
    "text",
    [
        "Oslo is a city of 40 million people. One in 300 keeps a dog: 40,000,000 / 300 = 133,333, from 50,000 to 400,000.",
        "Oslo has 25 million inhabitants, one dog for 200 of them: 25,000,000 / 200 = 125,000, within a factor of 3.",
        "Oslo counts 90,000,000 residents. 90,000,000 / 1,000 = 90,000 dogs, between 40,000 and 200,000.",
    ],
)
def test_a_size_that_cannot_be(text: str) -> None:
    figure = next(w for w in ("133,333", "125,000", "90,000 dogs") if w in text).removesuffix(" dogs")
    assert isinstance(shown(f"{text}\n\nAnswer: {figure} dogs"), Doubt)


@pytest.mark.parametrize(
    "text",
    [
        "Oslo has 700,000 people, one dog for 12: 700,000 / 12 = 58,333, from 30,000 to 90,000.",
        "Norway has 5.5 million people and 500,000 dogs; Oslo, with an eighth of them, 500,000 / 8 = 62,500, at most 90,000.",
        "Of the world's 8 billion people one in 16 has a dog; of 1,000,000 around here, 1,000,000 / 16 = 62,500, at most 90,000.",
    ],
)
def test_other_sizes_may_be_named(text: str) -> None:
    figure = "58,333" if "58,333" in text else "62,500"
    assert shown(f"{text}\n\nAnswer: {figure} dogs") is None


def test_what_leads_where() -> None:
    assert leads("3 loaves for 40 people", Fraction(120)) and leads("40 a day, 5 days, 50 weeks", Fraction(10000))
    assert leads("a sixth of 350,000", Fraction(58000)) and not leads("3 loaves for 40 people", Fraction(900))
    assert not leads("", Fraction(1))
