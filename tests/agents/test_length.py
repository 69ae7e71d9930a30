"""Lengths that the teacher is told: where the task leaves them open, in the region of the released rows, with spread."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import pytest

import prompts
from simulator.skill_runs import skill_run
from tasks.agents.conversation import converse
from tasks.agents.kind import SkillRun
from tasks.agents.length import asks_little, length_told, needed
from tasks.agents.strategy import strategy_of
from tasks.kinds.fit import load_skill
from tasks.records import Record, Source
from tasks.settings import Settings
from tests.agents.test_tool_loop import RECORD, driven
from tests.scripted import reply

RECORD_OF_PROSE = Record(
    source=Source(id="d", uri="u", kind="text"),
    id="r",
    task_type="open_explanation",
    passage="The weir is raised by hand when the river is low. " * 50,
    instruction="Why does somebody have to go out to the weir in a dry summer?",
    answer_form="text",
)


def shown(record: Record) -> list[dict[str, Any]]:
    return [{"role": "user", "content": f"{record.passage}\n\n{record.instruction}"}]


def told(record: Record, skill: str = "reading_comprehension", **settings: Any) -> list[int]:
    run = skill_run(skill, Settings(**settings))
    found = (length_told(replace(record, id=str(n)), run, shown(record), 0) for n in range(60))
    return [int(m[0]) for m in map(re.compile(r"\d+").search, found) if m]


def test_lengths_spread_around_those_of_the_released_rows() -> None:
    words = told(RECORD_OF_PROSE)
    left = 5600 - len(str(shown(RECORD_OF_PROSE)))
    assert len(words) == 60 and len(set(words)) >= 6
    assert 0.7 < median(words) * 6.2 / left < 1.4 and max(words) > 3 * min(words)


def test_the_share_is_a_setting() -> None:
    assert not told(RECORD_OF_PROSE, length_target=0)
    assert median(told(RECORD_OF_PROSE, length_target=0.5)) < 0.6 * median(told(RECORD_OF_PROSE))


@pytest.mark.parametrize(
    "asked",
    [
        "Say in two sentences why the weir is raised.",
        "Describe the weir in at most 80 words.",
        "Name the weir's use briefly.",
        "Give the reason in a single paragraph.",
        "List five points about the weir.",
        "Write a title of six words or fewer for the text.",
        "Give the answer alone.",
        "Explain it as a haiku of three lines.",
    ],
)
def test_a_task_that_settles_its_length_is_told_no_other(asked: str) -> None:
    assert not told(replace(RECORD_OF_PROSE, instruction=asked))


@pytest.mark.parametrize(
    "asked",
    [
        "What would change for the miller if the river were never low?",
        "Explain how the weir and the mill depend on each other.",
        "A neighbour wants to build a second weir upstream. What would follow, going by the text?",
    ],
)
def test_a_task_that_leaves_it_open_is_told_one(asked: str) -> None:
    assert len(told(replace(RECORD_OF_PROSE, instruction=asked))) == 60


@pytest.mark.parametrize(
    ("hint", "shape", "count"),
    [
        ("Answer with the label.", "bare", 0),
        ("No explanation is needed.", "last", 0),
        ("Say what decides it. Last line: the answer.", "last", 60),
    ],
)
def test_a_bare_form_is_told_none(hint: str, shape: str, count: int) -> None:
    assert len(told(replace(RECORD_OF_PROSE, formal={"hint": hint, "shape": shape}))) == count


@pytest.mark.parametrize("form", ["span", "set", "json", "calls", "label", "code"])
def test_forms_that_hold_nothing_but_the_answer_are_told_none(form: str) -> None:
    assert not told(replace(RECORD_OF_PROSE, answer_form=form))


def test_stated_requirements_go_before() -> None:
    assert not told(replace(RECORD_OF_PROSE, constraints=[{"kind": "words_at_most", "number": 60, "words": []}]))


def test_reasons_beside_a_closed_answer_have_a_bound() -> None:
    own = {"hint": "Show the steps.", "shape": "reasoned"}
    numbers = told(replace(RECORD_OF_PROSE, answer_form="number", formal=own), skill="few_shot_reasoning")
    assert numbers and max(numbers) <= 520


def test_a_skill_may_state_lengths_of_its_own() -> None:
    skill = load_skill("reading_comprehension")
    own = skill.model_copy(update={"response": skill.response.model_copy(update={"words": (60, 120)})})
    run = skill_run(own)
    found = {length_told(replace(RECORD_OF_PROSE, id=str(n)), run, shown(RECORD_OF_PROSE), 0) for n in range(20)}
    assert len(found) == 2 and all(re.search(r"\b(60|120) words", text) for text in found)


@pytest.mark.parametrize("strategies", ["erase", "keep", "off"])
def test_the_teacher_is_told_and_the_row_does_not_keep_it(tmp_path: Path, strategies: str) -> None:
    record = replace(RECORD_OF_PROSE, passage=RECORD.passage)

    async def work(run: SkillRun) -> Any:
        return await converse(record, run, sample=0)

    done, endpoint = driven(tmp_path, [reply("It is raised by hand.")], work, tools={}, strategy_prompts=strategies)
    assert "room for about" in str(endpoint.bodies[0]["messages"]) and "room for about" not in str(done.messages)


@pytest.mark.parametrize(
    ("asked", "least"),
    [
        (
            "Give me short headings with two options under each of three headings, then a riddle, and close with a vote.",
            150,
        ),
        ("What is a weir? Who built this one? What does it cost to keep? What would follow if it broke?", 150),
        ("Plan the visit.\n- what to see\n- when to go\n- what to bring\n- whom to ask", 150),
        ("Suggest four ways to raise it, explain each, and finish with a warning.", 150),
        ("Name five causes and three remedies and compare them.", 300),
        ("What is the weir for?", 0),
        ("Nine boats and four barges wait while two men raise five boards. Why do they wait?", 0),
        ("Explain how the weir works.", 0),
    ],
)
def test_several_parts_get_the_room_that_they_need(asked: str, least: int) -> None:
    assert (needed(asked) >= least) if least else needed(asked) == 0
    words = told(replace(RECORD_OF_PROSE, instruction=asked), length_target=0.2)
    assert not least or min(words) >= least


@pytest.mark.parametrize(
    ("asked", "little"),
    [
        ("Say in two sentences why.", True),
        ("Answer in one or two short sentences.", True),
        ("Explain it in a sentence or two.", True),
        ("In 30 words, why is it raised?", True),
        ("Name its use briefly.", True),
        ("A short answer is enough.", True),
        ("Why is it raised by hand?", False),
        ("Explain in three paragraphs how it works.", False),
        ("Describe it in 300 words.", False),
    ],
)
def test_no_lengthy_way_to_think_goes_with_a_task_for_a_sentence_or_two(asked: str, little: bool) -> None:
    assert asks_little(asked) is little
    record = replace(RECORD_OF_PROSE, instruction=asked, task_type="open_explanation")
    ways = [own for each in prompts.strategies().values() for own in each.prompts if own.lengthy]
    run = skill_run("open_domain_question_answering")
    drawn = {strategy_of(replace(record, id=str(n)), run, 0).prompt for n in range(80)}
    assert bool(drawn & {own.text for own in ways}) is not little


@pytest.mark.parametrize("form", ["truth", "option", "number", "order", "span"])
def test_a_closed_answer_in_a_conversation_is_told_no_length(form: str) -> None:
    closed = replace(RECORD_OF_PROSE, answer_form=form, task_type="fact_check", key=["true"])
    assert not told(closed, "retrieval_augmented_generation")
    assert told(replace(closed, answer_form="text", key=[]), "retrieval_augmented_generation")


@pytest.mark.parametrize("hint", ["Return one JSON object with two keys.", "The output is JSON, read by a program."])
def test_an_object_is_told_no_length(hint: str) -> None:
    assert not told(replace(RECORD_OF_PROSE, formal={"hint": hint}), "retrieval_augmented_generation")
