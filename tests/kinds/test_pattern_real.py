"""Real tasks by example: what their own texts must bear out, and the final form that suits how the examples are written."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

import prompts
from tasks.agents.kind import SkillRun
from tasks.kinds import all_checks
from tasks.kinds.pattern.complete import demonstrate
from tasks.kinds.pattern.contract import DRAFTS, NARROWER, REAL, Example, Pattern, PatternTask, Sort
from tasks.kinds.pattern.demonstration import BRIEF, STYLES, final_form
from tasks.kinds.pattern.real import unsound
from tasks.records import Record, Source


def case(text: str) -> Example:
    given, reasoning, output = (part.strip() for part in text.split("|"))
    return Example(input=given.replace("/ ", "\n"), reasoning=reasoning, output=output)


def pattern(sort: Sort, *told: str) -> Pattern:
    *examples, last = map(case, told)
    return Pattern(sort=sort, examples=examples, query=last.input, reasoning=last.reasoning)


SUMS = (
    "A ferry makes 6 trips with 40 seats each; 15 stay free. How many can be sold? | 6 * 40 = 240; 240 - 15 = 225 | 225",
    "A kiln takes 12 trays of 8 tiles. 5 tiles crack. How many are whole? | 12 × 8 = 96. 96 − 5 = 91. | 91",
    "Three sacks of 25 kg cost 12 euros each. What does 1 kg cost? | 3 × 25 = 75 kg; 3 × 12 = 36 euros; 36 / 75 = 0.48 | 0.48",
    "A path of 1,500 m has a lamp every 30 m. How many gaps are there? | 1500 / 30 = 50 | 50",
)
QUESTIONS = (
    "The weir was rebuilt in 1931 by the miller's daughter. / Who rebuilt it? | It names one person. | the miller's daughter",
    "The market opens at seven and closes at noon. / When does it close? | Noon is the closing time. | noon",
    "The loom has a wooden frame. / Who made the loom? | No maker is named. | not stated",
    "The depot keeps salt in the north shed. / Where is the salt? | One place is named. | the north shed",
)
VERDICTS = (
    "The archive shuts on Mondays. / Statement: On Monday nobody can visit the archive. | Shut means no visits. | follows",
    "The archive shuts on Mondays. / Statement: It opens on Mondays. | It shuts then. | contradicted",
    "The quarry sells slate. / Statement: The slate is cheap. | No price is given. | open",
    "The beacon was lit at dusk. / Statement: Somebody lit the beacon by evening. | Dusk is evening. | follows",
    "The orchard has pear trees. / Statement: It has no trees. | It has trees. | contradicted",
    "The tannery moved in May. / Statement: It moved because of the smell. | No reason is given. | open",
)
SOUND = [("mathematics", SUMS, "50"), ("question", QUESTIONS, "the north shed"), ("inference", VERDICTS, "open")]


@pytest.mark.parametrize(("sort", "told", "key"), SOUND)
def test_sound_ones_pass(sort: Sort, told: tuple[str, ...], key: str) -> None:
    assert unsound(pattern(sort, *told), [key]) == ""


def changed(told: tuple[str, ...], place: int, old: str, new: str) -> tuple[str, ...]:
    assert old in told[place]
    return tuple(text.replace(old, new) if n == place else text for n, text in enumerate(told))


@pytest.mark.parametrize(
    ("place", "old", "new", "problem"),
    [
        (0, "6 * 40 = 240", "6 * 40 = 250", "an equation of example 1 is wrong"),
        (1, "96 − 5 = 91", "96 − 5 = 81", "an equation of example 2 is wrong"),
        (2, "36 / 75 = 0.48", "36 / 75 = 0.84", "an equation of example 3 is wrong"),
        (0, "| 225", "| 240", "the last equation of example 1 does not give its output"),
        (1, "| 91", "| 19", "the last equation of example 2 does not give its output"),
        (1, "12 × 8 = 96. 96 − 5 = 91.", "Twelve trays, less five.", "the reasoning of example 2 has no equation"),
        (2, "3 × 25 = 75 kg; 3 × 12 = 36 euros; 36 / 75 = 0.48", "7 × 9 = 63; 0.48 = 0.48", "does not give its output"),
        (3, "1500 / 30 = 50 ", "1500 / 30 = 60 ", "an equation of the open case is wrong"),
        (3, "1500 / 30 = 50 ", "It is fifty. ", "the reasoning of the open case has no equation"),
        (
            0,
            "6 * 40 = 240; 240 - 15 = 225",
            "100 + 125 = 225",
            "the reasoning of example 1 uses no figure of its problem",
        ),
    ],
)
def test_word_problems_are_worked_out_again(place: int, old: str, new: str, problem: str) -> None:
    found = unsound(pattern("mathematics", *changed(SUMS, place, old, new)), ["50"])
    assert found == problem or (problem == "does not give its output" and found)


def test_the_key_of_a_word_problem_is_what_its_reasoning_gives() -> None:
    assert (
        unsound(pattern("mathematics", *SUMS), ["51"]) == "the last equation of the open case does not give its output"
    )
    assert unsound(pattern("mathematics", *SUMS), ["50.0"]) == ""


@pytest.mark.parametrize(
    ("place", "old", "new", "problem"),
    [
        (0, "| the miller's daughter", "| the mayor", "the answer of example 1 does not stand in its text"),
        (1, "| noon", "| one o'clock", "the answer of example 2 does not stand in its text"),
        (1, "When does it close?", "Does it close at noon?", "the question of example 2 gives its answer away"),
        (2, "Who made the loom?", "Tell who made it.", "example 3 asks nothing"),
        (3, "Where is the salt?", "Say where.", "the open case asks nothing"),
    ],
)
def test_answers_stand_in_their_own_text(place: int, old: str, new: str, problem: str) -> None:
    assert unsound(pattern("question", *changed(QUESTIONS, place, old, new)), ["the north shed"]) == problem


def test_an_open_question_may_have_no_answer_and_several_wordings() -> None:
    assert (
        unsound(pattern("question", *QUESTIONS[:3], "The weir is old. / How old is it? | No year. | -"), ["not stated"])
        == ""
    )
    assert unsound(pattern("question", *QUESTIONS), ["the north shed", "north shed"]) == ""
    assert unsound(pattern("question", *QUESTIONS), ["the north shed", "south shed"]) != ""


@pytest.mark.parametrize(
    ("outputs", "key", "problem"),
    [
        (["a", "a", "a", "a"], "a", "1 labels in the examples, where two to 4 are wanted"),
        (["a", "b", "c", "d", "e", "a", "b"], "a", "5 labels in the examples, where two to 4 are wanted"),
        (["a", "b", "c"], "a", "3 examples for 3 labels"),
        (["a", "b", "a", "b"], "c", "no example has the label of the open case"),
        (["a", "b", "a", "b"], "b", ""),
        (["a", "b", "c", "a", "b"], "c", ""),
    ],
)
def test_labels(outputs: list[str], key: str, problem: str) -> None:
    examples = [Example(input=f"text {n}", output=output) for n, output in enumerate(outputs)]
    for sort in ("inference", "classification"):
        assert unsound(Pattern(sort=sort, examples=examples, query="text"), [key]) == problem


def record(formal: Pattern, task_type: str, key: list[str], form: str = "text") -> Record:
    base = Record(source=Source(id="d", uri="d", kind="text"), answer_form=form, instruction="Do the last one.")
    return replace(base, formal=formal.model_dump(), task_type=task_type, key=key)


def test_what_is_drawn_decides_the_sort() -> None:
    run = cast(SkillRun, SimpleNamespace(seed=0))
    said_other = pattern("rule", *changed(SUMS, 0, "= 240", "= 250"))
    done = asyncio.run(demonstrate(record(said_other, "mathematics_by_example", ["50"], "number"), run))
    assert done.formal["sort"] == "mathematics"
    assert all_checks()["examples_sound"](done) is not None
    sums = asyncio.run(demonstrate(record(pattern("mathematics", *SUMS), "number_transformation", ["50"]), run))
    assert sums.formal["sort"] == "other"


def test_every_real_task_type_is_in_the_catalogue_with_a_fair_share() -> None:
    skill = prompts.load("few_shot_reasoning")
    weights = {t.name: t.weight for t in skill.task_types}
    assert REAL.keys() <= weights.keys() and set(REAL) <= skill.guidance.keys()
    assert sum(weights[name] for name in REAL) >= sum(weights.values()) / 4


@pytest.mark.parametrize("style", range(len(STYLES)))
@pytest.mark.parametrize("form", ["text", "number", "option"])
def test_the_final_form_is_stated_and_wants_reasons_where_the_examples_have_them(style: int, form: str) -> None:
    told = pattern("mathematics", *SUMS)
    bare = told.model_copy(update={"examples": [e.model_copy(update={"reasoning": ""}) for e in told.examples]})
    for seed in range(12):
        if STYLES[style] not in BRIEF:
            text, shape = final_form(told, style, form, random.Random(seed))
            assert shape == "bare" and "nothing else" not in text and ("reason" in text.lower() or "steps" in text)
        text, shape = final_form(bare, style, form, random.Random(seed))
        told_beside = "nothing else" in text or "a sentence or two" in text
        assert (shape == "bare") is told_beside and text.endswith(".")


def test_the_author_works_before_wording_and_key() -> None:
    assert list(PatternTask.model_fields) == ["working", "formal", "instruction", "options", "key", "difficulty"]
    formal = DRAFTS.edit.model_fields["formal"].annotation
    assert formal is not None and list(formal.model_fields) == ["rule", "examples", "query", "reasoning", "ordered"]
    shown = str(NARROWER["shown"].instruct.model_json_schema())
    assert "'rule'" not in shown and "'options'" not in shown and len(shown) < 3_500
    assert list(Example.model_fields) == ["input", "reasoning", "output"]
