"""The judge's criteria fit the form of the task: an open task is not held to one right answer, prose not to running code."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

import prompts
from prompts import AnswerForm, Criterion, Rubric
from simulator.skill_runs import skill_run
from tasks.agents.judge import criteria, judge
from tasks.agents.kind import SkillRun
from tasks.checks.check import Finding
from tasks.kinds.fit import load_skill
from tasks.settings import Settings
from tests.agents.test_tool_loop import RECORD, driven
from tests.prompts.test_catalogue import SKILLS
from tests.steps.test_verify import judged

TALK = replace(RECORD, messages=[{"role": "user", "content": "…"}, {"role": "assistant", "content": "Fifty."}])
ONE_ANSWER = re.compile(
    r"(?:at|to|with|give \w+ \w+) the same (?:answer|result|option)|in one way only|one right answer|exactly one option"
)
"""What makes no sense where good answers differ."""


def of(skill: str, form: AnswerForm) -> Rubric:
    return prompts.shared_rubric().with_own(load_skill(skill).rubric, form)


def forms(skill: str) -> set[AnswerForm]:
    return {task_type.answer for task_type in load_skill(skill).task_types}


@pytest.mark.parametrize("skill", SKILLS)
def test_no_open_task_is_held_to_one_answer(skill: str) -> None:
    if AnswerForm.TEXT in forms(skill):
        found = of(skill, AnswerForm.TEXT)
        texts = [each.text for part in (found.instruction, found.response) for each in part.values()]
        assert [text for text in texts if ONE_ANSWER.search(text)] == []


@pytest.mark.parametrize("skill", SKILLS)
def test_every_form_of_a_skill_has_criteria_and_every_criterion_a_form(skill: str) -> None:
    for form in forms(skill):
        found = of(skill, form)
        assert len(found.instruction) >= 4 and len(found.response) >= 4, form
    own = load_skill(skill).rubric
    for name, criterion in {**own.instruction, **own.response}.items():
        assert not criterion.answers or set(criterion.answers) <= forms(skill), name


@pytest.mark.parametrize(
    ("skill", "form", "there", "gone"),
    [
        ("reading_comprehension", "text", "can_be_weighed", "one_answer"),
        ("reading_comprehension", "option", "one_answer", "can_be_weighed"),
        ("reading_comprehension", "span", "one_answer", "can_be_weighed"),
        ("coding", "code", "runs", "no_such"),
        ("coding", "text", "to_the_point", "runs"),
        ("coding", "option", "correct", "testable"),
        ("fermi", "truth", "assumptions", "magnitude"),
        ("fermi", "estimate", "magnitude", "no_such"),
        ("open_domain_question_answering", "span", "calibrated", "depth"),
        ("open_domain_question_answering", "text", "depth", "no_such"),
        ("creative_content", "text", "alive", "correct"),
        ("few_shot_reasoning", "text", "one_rule", "can_be_weighed"),
    ],
)
def test_what_the_judge_reads(skill: str, form: str, there: str, gone: str) -> None:
    told = criteria(replace(TALK, answer_form=form), skill_run(load_skill(skill), Settings()))
    names = re.findall(r"^- (\w+): \S", told, re.M)
    assert there in names and gone not in names and len(names) == len(set(names))
    assert told.startswith("Of the instruction\n- ") and "\nOf the response\n- " in told


@pytest.mark.parametrize(("form", "problem"), [("number", "not met: one_answer"), ("text", "")])
def test_a_verdict_on_what_was_not_asked_is_no_gate(form: str, problem: str, tmp_path: Path) -> None:
    async def work(run: SkillRun) -> Finding:
        return await judge(replace(TALK, answer_form=form), run)

    found, _ = driven(tmp_path, [judged(8, "one_answer")], work)
    assert found.problem == problem


def test_a_criterion_names_known_forms_and_a_skill_goes_before_what_is_shared() -> None:
    with pytest.raises(ValidationError):
        Criterion.model_validate({"text": "It rhymes.", "answers": ["sonnet"]})
    shared = Rubric.model_validate(
        {"instruction": {"clear": "It is.", "short": {"text": "It is.", "answers": ["span"]}}}
    )
    own = Rubric.model_validate({"instruction": {"clear": "", "brisk": "It moves."}})
    assert list(shared.with_own(own, "span").instruction) == ["short", "brisk"]
    assert list(shared.with_own(own, "text").instruction) == ["brisk"]
