"""What a task asks for beside its answer: reasons against the other options, and quotations to their end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tasks.checks import CHECKS
from tasks.checks.check import Doubt
from tasks.records import Record
from tests.answers.responses import OPTIONS, record

CAMERA = "Why did the camera fail?"
SHOWN = "\n".join(f"{letter}) {option}" for letter, option in zip("ABCD", OPTIONS, strict=True))
EACH = 'Say why each of the other options fails, and close with "Answer: <letter>".'


def choice(asked: str, text: str) -> Record:
    task = record("option", ["C"], instruction=CAMERA)
    turns = [{"role": "user", "content": f"{CAMERA}\n\n{SHOWN}\n\n{asked}"}, {"role": "assistant", "content": text}]
    return replace(task, messages=turns)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (EACH, "C is what happened.\n\nAnswer: C"),
        (EACH, "Sand got into the shutter.\n\nAnswer: C"),
        ("Explain briefly why the wrong options are wrong.", "The shutter was jammed by sand.\n\nAnswer: C"),
        ("Give a reason against every other choice.", "The text speaks of grit in the shutter.\n\nAnswer: C"),
        ("Rule out the remaining alternatives one by one.", "Answer: C"),
        ("For all the other answers, explain what is wrong with them.", "C – sand is named as the cause."),
    ],
)
def test_reasons_that_seem_to_be_missing_are_asked_after(asked: str, text: str) -> None:
    assert isinstance(CHECKS["asked_in_full"](choice(asked, text)), Doubt)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (EACH, "A: it was charged. B: no frost fell. D: the film ran well.\n\nAnswer: C"),
        (EACH, "The battery was full, no frost fell, and the film ran well.\n\nAnswer: C"),
        (EACH, "None of the others is borne out by the log.\n\nAnswer: C"),
        ("Give a reason against every other choice.", "Only sand is named; the rest are guesses.\n\nAnswer: C"),
        ('End with a line of the form "Answer: <letter>".', "Answer: C"),
        ("State the letter of the right choice first, then explain in a sentence or two.", "C. Sand got in."),
        ("Which of the other options explains why it failed?", "Answer: C"),
    ],
)
def test_reasons_that_are_given_or_not_asked_for_raise_no_doubt(asked: str, text: str) -> None:
    assert CHECKS["asked_in_full"](choice(asked, text)) is None


RULE = "Never leave the sluice open overnight: a single tide can drown the lower meadow, and the sheep are kept there."
WHOLE = "How does the rule go on that begins with “Never leave the sluice”? Quote all of it."


def quoting(text: str, asked: str = WHOLE) -> Record:
    task = record("text", [RULE], passage=f"Read this. {RULE} Thank you.", instruction=asked, evidence=[RULE])
    turns = [{"role": "user", "content": f"{asked}\n\n{task.passage}"}, {"role": "assistant", "content": text}]
    return replace(task, messages=turns)


@pytest.mark.parametrize(
    "record_",
    [
        quoting('It reads: "Never leave the sluice open overnight."'),
        quoting("“Never leave the sluice open overnight: a single tide can drown …”"),
        quoting("The rule says “leave the sluice open overnight”, no more."),
        quoting("> Never leave the sluice open overnight", "Copy the whole rule about the sluice, word for word."),
        quoting(
            '"Never leave the sluice open overnight" [2]', "Which rule holds for the sluice? Give the full sentence."
        ),
        quoting("“Never leave the sluice open overnight”", "Quote the rule about the sluice to its end."),
    ],
)
def test_a_quotation_that_breaks_off_is_rejected(record_: Record) -> None:
    assert CHECKS["asked_in_full"](record_) == "a quotation breaks off although all of it was asked for"


@pytest.mark.parametrize(
    "record_",
    [
        quoting(f"“{RULE}”"),
        quoting(f"> {RULE}"),
        quoting("It goes on: “open overnight: a single tide can drown the lower meadow, and the sheep are kept there.”"),
        quoting("“Never leave the sluice open overnight: a single tide can drown the lower meadow”, “the sheep are kept there”"),
        quoting("“Never leave the sluice open overnight”", "What is the rule about the sluice?"),
        quoting("One must shut it each night.", "Give the whole rule in your own words."),
    ],
)  # fmt: skip
def test_a_whole_quotation_passes(record_: Record) -> None:
    assert CHECKS["asked_in_full"](record_) is None
