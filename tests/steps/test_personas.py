"""Who asks and how they type: drawn, of the material's world, and never at odds with the length or the form of the task."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import prompts
from simulator.skill_runs import skill_run
from tasks.agents.kind import SkillRun
from tasks.checks.register import in_true_register, other_register
from tasks.records import Record
from tasks.records.draws import draw_values
from tasks.settings import Settings
from tasks.steps.instruct import ANYONE, FREE_WORDS, asked_by, axes, instruct
from tasks.steps.step import Items
from tests.agents.test_tool_loop import RECORD, driven
from tests.steps.test_repair import drafts, item

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


def test_no_person_contradicts_themselves() -> None:
    people = prompts.knobs()
    assert {value for pair in people.apart for value in pair} <= {v for part in people.people.values() for v in part}
    personas = {v["persona"] for skill in ("reading_comprehension", "tool_use") for _, v in drawn(skill)} - {ANYONE}
    assert not [p for p in personas for one, other in people.apart if one in p and other in p]


def test_what_a_plan_or_a_type_settles_is_not_drawn_for_the_person() -> None:
    talks = [(t.name, v["persona"]) for t, v in drawn("conversation") if "persona" in v]
    assert talks and not any("not quite right" in persona for _, persona in talks)
    finding_out = [persona for name, persona in talks if name == "fact_finding" and persona != ANYONE]
    assert finding_out and not any("knows the field well" in persona for persona in finding_out)
    assert any("knows the field well" in persona for name, persona in talks if name != "fact_finding")


# Registers that a program can see


HURRY = next(register for register in prompts.knobs().typed if "lower case" in register)
PASSAGE = "The fee at Marlow is 12.5 a day. The Marlow boats pay in June."


def typed(text: str, register: str = HURRY) -> Record:
    return replace(RECORD, instruction=text, passage=PASSAGE, axes={"register": register})


@pytest.mark.parametrize(
    "text",
    [
        "what do four days cost",
        "how much is it for four days, and does it rise in June",
        "Marlow fee for four days",
        "is the fee due in june?? i have a boat there",
        'what does "The fee is due" mean here',
        "need the NATO spelling of marlow",
        "USB stick lost, what now",
        "四天要多少钱",
        "12.5 a day. for four days? and five",
        "does Marlow charge visitors. Marlow boats pay i think",
    ],
)
def test_what_was_typed_in_a_hurry_keeps_its_register(text: str) -> None:
    assert other_register(typed(text)) == "" and in_true_register(typed(text)).axes["register"] == HURRY


@pytest.mark.parametrize(
    "text",
    [
        "What do four days cost?",
        "How much is the fee? And when is it due?",
        "Please tell me what four days cost. I have a boat there.",
        "Was kosten vier Tage?",
        "Could you explain the fee, and say who pays it?",
    ],
)
def test_a_polished_request_has_another(text: str) -> None:
    assert "lower case" in other_register(typed(text))
    assert in_true_register(typed(text)).axes["register"] == "neutral"
    assert other_register(typed(text, "formal")) == "" and in_true_register(typed(text, "formal")) == typed(
        text, "formal"
    )


@pytest.mark.parametrize(
    ("again", "register"), [("what do four days cost", HURRY), ("What do four days cost?", "neutral")]
)
def test_an_ignored_register_goes_back_once_and_the_axis_is_true(tmp_path: Path, again: str, register: str) -> None:
    async def work(run: SkillRun) -> Items:
        only = next(t for t in run.skill.task_types if t.answer == "number")
        own = only.model_copy(update={"transformations": (), "has": (), "axes": {"register": (HURRY,)}})
        run.skill = run.skill.model_copy(update={"task_types": (own,)})
        return await instruct(
            replace(RECORD, instruction="", key=[], answer_form="", task_type=""), run.at("instruct", 1)
        )

    items, endpoint = driven(tmp_path, [drafts(item("What do four days cost?")), drafts(item(again))], work, tools={})
    (record,) = items
    assert isinstance(record, Record) and record.instruction == again and record.axes["register"] == register
    told = endpoint.bodies[1]["messages"][-1]["content"]
    assert len(endpoint.bodies) == 2 and "1 of 1 sentences" in told and "`register`" in told
