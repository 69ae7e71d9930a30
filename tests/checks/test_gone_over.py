"""Remarks that an answer was gone over: a fault where nobody asked for a check, and none in a story, a procedure or a proof."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.checks.boilerplate import no_boilerplate
from tasks.checks.check import Doubt
from tasks.checks.gone_over import gone_over
from tests.agents.test_tool_loop import RECORD

LEFT_OVER = [
    "Checked once more: the fee is 12.5.",
    "Going over it again, the second step holds.",
    "5. Going over it: the clues agree. It holds.",
    "Going over it once more: the weak point is step 2.",
    "**Going over the steps again:** nothing changes.",
    "6) Looking back over the reasoning, all holds.",
    "Having checked everything a second time, the answer stands.",
    "Four days cost 50. Double-checking: 50 / 4 = 12.5.",
    "- Running through the clues once more, none is broken.",
    "Now, rereading the answer once more, it stands.",
    "Finally, I went through the steps again.",
    "Re-checked twice: no rule is broken.",
]
FINE = [
    "Check: 50 / 4 = 12.5, the fee for a day.",
    "Going over the bridge, you come to the mill.",
    "4. Check the level again after an hour.",
    "Checking the seal again after an hour shows whether it holds.",
    "She went over it again, and the letter still made no sense to her.",
    "The fee was checked twice by the clerk.",
    "Reading through the winter, she learned the names of the ships.",
    "Looking back, the rise began in June.",
    "As a test, four days at 12.5 make 50.",
    "Reviewed each spring, the fee has never changed.",
    "Counting again from the left, the third door is red.",
]


def answered(text: str, asked: str = "What do four days cost?") -> str | Doubt | None:
    said = [{"role": "user", "content": asked}, {"role": "assistant", "content": text}]
    return no_boilerplate(replace(RECORD, instruction=asked, messages=said))


@pytest.mark.parametrize("text", LEFT_OVER)
def test_a_report_of_going_over_the_answer_is_left_over(text: str) -> None:
    assert "gone over once more" in str(answered(f"The daily fee is 12.5.\n{text}"))


@pytest.mark.parametrize("text", FINE)
def test_what_checks_something_else_or_is_a_check_itself_stays(text: str) -> None:
    assert answered(f"The daily fee is 12.5.\n{text}") is None


@pytest.mark.parametrize(
    "asked", ["What do four days cost? Check your result.", "Go over my sum: is it right?", "Proofread this note."]
)
def test_who_asks_for_a_check_gets_one(asked: str) -> None:
    assert answered(LEFT_OVER[0], asked) is None


def test_the_sentence_is_named_and_calls_may_have_checked_again() -> None:
    assert gone_over("One. Two.\nChecked once more: yes.") == 3 and gone_over("One. Two.") == 0
    called = [{"role": "user", "content": "Book it."}, {"role": "tool", "content": "{}"}]
    record = replace(
        RECORD, messages=[*called, {"role": "assistant", "content": "It is booked. Checked once more: yes."}]
    )
    assert isinstance(no_boilerplate(record), Doubt)
