"""Sums that an answer of a talk tells in passing: remainders and shares follow from its figures, or a reader is asked."""

from __future__ import annotations

import pytest

from tasks.checks.check import Doubt
from tasks.kinds import all_checks
from tests.kinds.test_conversation import talk

OPENING = "We have 700 euros, 40 chairs, the author wants 350 euros and the hall 120 euros."


@pytest.mark.parametrize(
    "answer",
    [
        "Then 450 euros remain if he comes for 250.",
        "That leaves 230 euros for drinks.",
        "That leaves you with about 230 euros.",
        "The fee comes to 8.75 per chair.",
        "With 60 for posters and 90 for drinks, 80 euros are left.",
        "At 8 euros a head and 40 chairs you take 320; after the hall 200 are left.",
        "Fee and hall together work out at 11.75 per seat.",
        "Turn left after 300 metres.",
        "Put the posters up first; 2 weeks remain for tickets.",
        "There are 12 people left of the old club.",
        "A tenth off the fee is 35 euros, which leaves 315.",
    ],
)
def test_sums_that_follow_or_are_none(answer: str) -> None:
    assert all_checks()["sums_hold"](talk([{"move": "follow_up"}], OPENING, "Fine.", "And now?", answer)) is None


@pytest.mark.parametrize(
    "answer",
    [
        "Then 550 euros remain if he comes for 250.",
        "That leaves 330 euros for drinks.",
        "The fee comes to 7.85 per chair.",
        "With 60 for posters and 90 for drinks, 180 euros are left.",
        "After the hall and the author you are left with 320.",
        "Fee and hall together work out at 12.75 per seat.",
        "At 8 euros a head and 40 chairs you take 320; after the hall 295 are left.",
        "That leaves about 25 euros.",
        "If the hall asks 150, only 250 euros remain.",
        "With a fee of 300 that comes to 9.10 a head.",
    ],
)
def test_sums_that_do_not_follow_are_put_to_a_reader(answer: str) -> None:
    found = all_checks()["sums_hold"](talk([{"move": "follow_up"}], OPENING, "Fine.", "And now?", answer))
    assert isinstance(found, Doubt)
