"""What is drawn or told beside each other fits: lengths and situations, worded values and the check that looks for them."""

from __future__ import annotations

import re

import pytest

import prompts
from simulator.skill_runs import skill_run
from tasks.checks.kept import kept
from tasks.kinds.fit import load_skill
from tasks.settings import Settings
from tasks.steps.instruct import axes


def test_a_situation_of_several_sentences_is_drawn_no_shorter_length() -> None:
    run = skill_run("brain_teaser", Settings())
    lengths = axes(run, load_skill("brain_teaser").task_type("lateral_situation"))["length"]
    assert lengths and not {"one sentence", "two sentences"} & set(lengths)
    assert "one sentence" in axes(run, load_skill("brain_teaser").task_type("trick_question"))["length"]


def test_values_worded_as_the_user_is_told_are_those_that_the_check_finds() -> None:
    told = str(prompts.load("conversation").agent("simulate_user").template)
    examples = re.findall(r'\\?"([\w ]+)\\?" for ([\d:-]+\d)', told.replace("\\n", " "))
    assert len(examples) == 2
    for worded, value in examples:
        assert kept(f"so it is {worded} then, as far as I know", value) == "kept"


@pytest.mark.parametrize(
    ("worded", "value", "found"),
    [
        ("on 3 March 2027", "2027-03-03", "kept"),
        ("March 14, 2025 would suit me", "2025-03-14", "kept"),
        ("the train at quarter past nine", "09:15", "kept"),
        ("on 4 March 2027", "2027-03-03", "lost"),
        ("the train at half past nine", "09:15", "lost"),
    ],
)
def test_another_day_or_hour_is_another_value(worded: str, value: str, found: str) -> None:
    assert kept(worded, value) == found


def test_the_worn_trick_questions_are_named_where_new_ones_are_written() -> None:
    told = load_skill("brain_teaser").guidance["trick_question"]
    assert "all but nine" in told and "28 days" in told
    assert "survivors" not in load_skill("brain_teaser").task_type("trick_question").description


def test_a_fragment_leaves_no_room_for_circumstances() -> None:
    (fragment,) = [register for register in prompts.knobs().typed if register.startswith("a fragment")]
    assert "at most" in fragment and "without circumstances" in fragment
