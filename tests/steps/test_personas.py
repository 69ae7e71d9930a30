"""Who asks and how they type: drawn, of the material's world, and never at odds with the length or the form of the task."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

import prompts
from simulator.skill_runs import skill_run
from tasks.records.draws import draw_values
from tasks.settings import Settings
from tasks.steps.instruct import ANYONE, FREE_WORDS, asked_by, axes

SKILLS = prompts.names()
TYPED = set(prompts.knobs().typed)


def drawn(skill: str, **settings: Any) -> list[tuple[prompts.TaskType, dict[str, str]]]:
    run = skill_run(skill, Settings(**settings))
    found = []
    for task_type in run.skill.task_types:
        for n in range(12):
            source = random.Random(f"{task_type.name} {n}")
            found.append((task_type, asked_by(draw_values(axes(run, task_type), source), task_type, run, source)))
    return found


@pytest.mark.parametrize("skill", SKILLS)
def test_people_type_where_they_ask_in_free_words_and_no_length_contradicts_them(skill: str) -> None:
    for task_type, values in drawn(skill):
        typed = values.get("register") in TYPED
        assert not typed or (task_type.answer in FREE_WORDS and "length" not in values)


def test_each_way_to_type_is_drawn_about_as_often_as_the_tidy_ones() -> None:
    registers = Counter(v["register"] for t, v in drawn("open_domain_question_answering") if t.answer in FREE_WORDS)
    assert registers.keys() >= TYPED
    assert 0.35 < sum(registers[r] for r in TYPED) / registers.total() < 0.75


def test_a_person_is_made_of_a_tie_a_need_and_what_they_know() -> None:
    people = prompts.knobs().people
    personas = {v["persona"] for _, v in drawn("reading_comprehension")} - {ANYONE}
    assert len(personas) > 100
    assert all(sum(part in persona for part in people["tie"]) >= 1 for persona in personas)
    assert all(any(part in persona for part in people["knowledge"]) for persona in personas)


def test_the_fixed_list_is_a_setting_away() -> None:
    known = set(prompts.knobs().instruct["persona"])
    assert {v["persona"] for _, v in drawn("reading_comprehension", personas="list")} <= known


def test_a_skill_s_own_personas_stay() -> None:
    own = set(prompts.load("creative_content").axes["persona"])
    assert {v["persona"] for _, v in drawn("creative_content") if "persona" in v} <= own
    assert not any("persona" in v for _, v in drawn("brain_teaser"))
