"""Whether a response declines: read from what it says about the question, not from set phrases."""

from __future__ import annotations

import pytest

from tasks.checks import CHECKS
from tasks.checks.check import Doubt
from tasks.records import Record
from tests.answers.responses import record

BRIDGE = (
    "The bridge was opened in spring with a band and speeches. The treasurer kept the accounts. It replaced a ferry."
)
YEAR = "In which year was the bridge opened?"
BUILDER = "The bridge at Harnby was paid for by the parish. Its builder came from the coast."
NAME = "What was the builder called?"
GAP = "Complete this sentence with the word or figure that the text uses: “A prize of ____ was once offered for the best bridge.”"


def answered(passage: str, question: str, text: str) -> Record:
    return record("span", text=text, passage=passage, instruction=question, answerable=False)


@pytest.mark.parametrize(
    ("passage", "question", "text"),
    [
        (BRIDGE, YEAR, "There is no way of knowing the year from this text."),
        (BRIDGE, YEAR, "The passage names the season, spring, and leaves the year open."),
        (BRIDGE, YEAR, "Nothing here tells us the year; only the season, spring, is given."),
        (
            BRIDGE,
            YEAR,
            "That can't be worked out from what is written: the opening is placed in spring, without a year.",
        ),
        (BRIDGE, YEAR, "The year is missing from the account."),
        (BRIDGE, YEAR, "**Not stated.** The text only says that it was in spring."),
        (BRIDGE, YEAR, "Answer: the passage leaves this open"),
        (BRIDGE, YEAR, "We learn that it was spring, but no year is given."),
        (BUILDER, NAME, "The builder's name appears nowhere; we only hear that he came from the coast."),
        (BUILDER, NAME, "The passage says where the builder came from, not what he was called."),
        (BUILDER, NAME, "No name is given."),
        (
            BUILDER,
            GAP,
            "The text contains no such sentence and mentions no prize, so the gap cannot be filled from it.",
        ),
    ],
)
def test_it_declines_in_words_of_its_own(passage: str, question: str, text: str) -> None:
    assert CHECKS["abstains"](answered(passage, question, text)) is None


@pytest.mark.parametrize(
    ("passage", "question", "text"),
    [
        (BRIDGE, YEAR, "The passage does not mention the weather. The bridge was opened in 1931."),
        (BRIDGE, YEAR, "1931"),
        (BRIDGE, YEAR, "The text gives no year, but it was probably 1931."),
        (BRIDGE, YEAR, "The year is not stated.\n\nAnswer: 1931"),
        (BRIDGE, YEAR, "The bridge was opened in the spring of nineteen thirty-one; the text does not say by whom."),
        (BRIDGE, "How many people came?", "The text does not count them; some 300 people came."),
        (BUILDER, NAME, "The text does not say what the bridge cost. The builder was called John Marr."),
        (BUILDER, GAP, "“A prize of **1,000** was once offered for the best bridge.”"),
    ],
)
def test_who_declines_and_answers_all_the_same_is_rejected(passage: str, question: str, text: str) -> None:
    assert isinstance(CHECKS["abstains"](answered(passage, question, text)), str)


@pytest.mark.parametrize(
    ("passage", "question", "text"),
    [
        (BRIDGE, YEAR, "In spring."),
        (BRIDGE, YEAR, "The text does not mention the weather."),
        (BUILDER, NAME, "The text keeps the builder anonymous."),
        (BUILDER, NAME, "The parish."),
    ],
)
def test_what_may_be_either_is_a_doubt(passage: str, question: str, text: str) -> None:
    assert isinstance(CHECKS["abstains"](answered(passage, question, text)), Doubt)


HARBOUR = (
    "The mole at Harnby has a lamp of 40 watts and a bell. Captain Lindqvist paid for the lamp. A storm took the bell."
)
PRIZE = "Complete this sentence with the word or figure that the text uses: “A fee of ____ was due from every smack.”"


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (PRIZE, "The text has no such sentence, but since 40 is its only figure, the gap takes **40**."),
        (PRIZE, "No fee is mentioned in the text; the blank would most likely be 40."),
        (PRIZE, "That sentence does not occur in the passage. The best fit is **40 watts**."),
        (PRIZE, "The passage does not state a fee, so the answer should be 40."),
        ("Who designed the mole?", "The text does not say who designed it; my guess would be Captain Lindqvist."),
        ("Who designed the mole?", "Not stated, though it must be **Lindqvist**."),
    ],
)
def test_who_declines_and_settles_on_something_of_the_text_is_doubted(question: str, text: str) -> None:
    assert isinstance(CHECKS["abstains"](answered(HARBOUR, question, text)), Doubt)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (PRIZE, "The text mentions no fee, so the blank cannot be filled."),
        (PRIZE, "**Not stated.** The only figure, 40 watts, is about the lamp."),
        (PRIZE, "Nothing in the passage is said about a fee; it speaks only of a lamp and a bell."),
        ("Who designed the mole?", "The text does not say. It names **Captain Lindqvist**, but only as who paid for the lamp."),
        ("Who designed the mole?", "No designer is named; we only learn who paid for the lamp."),
        ("Who designed the mole?", "The passage leaves open who designed it and tells us of the storm instead."),
    ],
)  # fmt: skip
def test_who_declines_and_tells_what_the_text_has_passes(question: str, text: str) -> None:
    assert CHECKS["abstains"](answered(HARBOUR, question, text)) is None


OVEN = (
    "The deck oven is heated for 4, 8, 12, 16 and 20 minutes longer on the five days of frost, six weeks a year. Each element "
    "takes 1.5 kW; a kilowatt-hour costs 24 cents."
)
COST = "How much does the extra heating cost in a year?"


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        (
            "The extra time is 4 + 8 + 12 + 16 + 20 = 60 minutes a week. The text does not say how many elements it has.",
            True,
        ),
        ("4 + 8 + 12 + 16 + 20 makes 60 minutes, or 1 hour. How many elements the oven has is not stated.", True),
        ("One element costs 1.5 × 24 = 36 cents an hour; the number of elements is missing from the text.", True),
        (
            "20 minus 4 gives 16 minutes more on the last day. The number of elements is not given, so it stays open.",
            True,
        ),
        ("The number of elements is not stated. With 5 elements at 1.5 kW it comes to 10.80 euros a year.", False),
        ("The text does not say how many elements there are; the cost is 70.62 euros.", False),
        ("4 + 8 + 12 + 16 + 20 = 75 minutes a week. The text does not say how many elements there are.", False),
    ],
)
def test_working_that_stops_where_a_fact_is_missing_declines(text: str, passes: bool) -> None:
    assert (CHECKS["abstains"](answered(OVEN, COST, text)) is None) is passes
