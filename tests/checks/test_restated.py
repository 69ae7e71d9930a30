"""Sentences taken over with one thing changed, in words of no file of cases."""

from __future__ import annotations

import pytest

from tasks.checks.restated import restated
from tasks.records import Record, Source

HARBOUR = (
    "The ferry to Aldra leaves at 6:40 and needs fifty minutes. Captain Renn has carried the mail since 1988. "
    "In winter the slipway is not lit after dark. The shed beside the quay holds nets, floats and the doctor's skiff. "
    "Landing costs 14 crowns. Smoked trout from the upper lake was once sold to every inn along the coast."
)
ASK = "Write about the harbour, using what the notes say."


def talk(*turns: str, passage: str = HARBOUR) -> Record:
    roles = ("user", "assistant")
    return Record(
        source=Source(id="d", uri="d", kind="text"),
        answer_form="text",
        passage=passage,
        instruction=turns[0],
        messages=[{"role": roles[i % 2], "content": text} for i, text in enumerate(turns)],
    )


@pytest.mark.parametrize(
    "answer",
    [
        "The ferry to Aldra leaves at 6:50 and needs fifty minutes.",
        "So: Captain Renn has carried the mail since 1989.",
        "Captain Moen has carried\nthe mail since 1988.",
        "In winter the slipway is lit after dark.",
        "Landing costs 14 crowns. Captain Renn has not carried the mail since 1988. In winter the slipway is not lit after dark.",
        "The shed beside the quay holds no nets, floats and the doctor's skiff.",
        "- The shed beside the quay holds nets, barrels and the doctor's skiff.",
        "Smoked trout from the lower lake was once sold to every inn along the coast.",
        "Smoked trout from the upper lake was never once sold to every inn along the coast.",
        "“The shed beside the church holds nets, floats and the doctor's skiff.”",
    ],
)
def test_one_thing_changed_is_asked_about(answer: str) -> None:
    found = restated(talk(ASK, answer))
    assert found is not None and found.shown["sentence"] in HARBOUR


@pytest.mark.parametrize(
    "answer",
    [
        "The ferry to Aldra leaves at 6:40 and needs 50 minutes.",
        "the ferry to Aldra leaves at 6.40 a.m. and needs fifty minutes",
        "Captain Renn carried the mail since 1988.",
        "Captain Renn has carried the mail since 1988, when the old man retired.",
        "In winter the slipway isn't lit after dark.",
        "Does the ferry to Aldra leave at 7:40 and need fifty minutes?",
        "Nobody had told the boy that the ferry leaves early, or that trout was once sold here.",
        "The shed beside the quay holds nets and floats.",
        "The shed beside the quay still holds nets, floats and the doctor's skiff.",
        "In summer, he thought, the slipway is a warm and noisy place.",
        "Landing costs fourteen crowns.",
        "Fill the gap: “Captain ____ has carried the mail since 1988.”",
    ],
)
def test_what_is_kept_reworded_or_asked_is_not(answer: str) -> None:
    assert restated(talk(ASK, answer)) is None


def test_a_value_that_the_user_put_right_is_taken_over() -> None:
    first = "My notes: “The hall holds sixty people on two floors.” What do I say?"
    turns = (first, "Say how many may come.", "I was wrong, it is seventy people.")
    assert restated(talk(*turns, "The hall holds seventy people on two floors.", passage="")) is None
    assert restated(talk(*turns, "The hall holds eighty people on two floors.", passage="")) is not None


def test_an_earlier_answer_is_held_against_a_later_one() -> None:
    turns = ("How long does it bake?", "The loaf bakes for forty minutes at the lowest shelf.", "And in short?")
    assert restated(talk(*turns, "The loaf bakes for thirty minutes at the lowest shelf.", passage="")) is not None
    assert restated(talk(*turns, "Forty minutes at the lowest shelf.", passage="")) is None
