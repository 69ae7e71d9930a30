"""Answers that are to rest on the facts in their task alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.checks import CHECKS
from tasks.checks.check import Doubt
from tasks.records import Record
from tests.answers.responses import record

FIRST = "The ferry at Lund crosses twelve times a day, and its only spare engine was sold last winter."
SECOND = "A boat without a spare engine may wait for weeks until a part arrives."
TASK = f"Two things are known. First: “{FIRST}” Second: “{SECOND}” Somebody must decide on these alone. What may they count on?"


def answered(text: str) -> Record:
    task = record("text", [f"{FIRST} {SECOND}"], passage=f"{FIRST} It cost 900 euros. {SECOND}", instruction=TASK)
    turns = [{"role": "user", "content": TASK}, {"role": "assistant", "content": text}]
    return replace(task, evidence=[FIRST, SECOND], messages=turns)


@pytest.mark.parametrize(
    "text",
    [
        "They may count on 45 passengers a trip, and on a boat without a spare engine.",
        "They may count on a wait of up to 17 days.",
        "They may count on twelve crossings, since the yard in Malmo repairs the ferry at once.",
        "They may count on the council buying another vessel with money from the regional transport fund before summer.",
        "They may count on twelve crossings, and on commuters moving to cheap buses along northern roads whenever storms rise.",
        "The spare engine was sold for 900 euros, so there is money.",
    ],
)  # fmt: skip
def test_what_no_given_fact_says_is_asked_after(text: str) -> None:
    assert isinstance(CHECKS["facts_grounded"](answered(text)), Doubt)


@pytest.mark.parametrize(
    "text",
    [
        "They may count on twelve crossings a day for as long as the engine runs. They may not count on a quick repair.",
        "They may count on two things: the ferry has no spare engine any more, and a boat without one may lie idle for weeks.",
        "**May count on**\n- 12 crossings a day\n- no spare engine\n\n**May not count on**\n- passengers accepting long queues "
        "or operators hiring replacement vessels from neighbouring harbours",
        "Nothing is said about fares, weather, passengers, staff, or what replacement vessels would cost the council per month.",
        "The spare was sold, so one fault can stop the line for weeks.",
        "How long a part takes in this case stays open; that it may take weeks is given.",
    ],
)
def test_what_the_facts_bear_out_or_leave_open_passes(text: str) -> None:
    assert CHECKS["facts_grounded"](answered(text)) is None


def test_a_task_that_does_not_show_its_facts_is_left_to_other_checks() -> None:
    task = replace(answered("They may count on 45 passengers."), instruction="What may they count on?")
    assert CHECKS["facts_grounded"](task) is None
