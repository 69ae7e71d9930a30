"""Worked answers for small teachers: each passes its own checks, fits its schema, and siblings see different ones."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise

import pytest

import prompts
from prompts import AnswerForm, Exemplar, Skill, TaskType
from simulator.skill_runs import skill_run
from tasks.agents.exemplar import answer_of, exemplar_for, pool_of
from tasks.kinds import kinds
from tasks.kinds.fit import load_skill
from tasks.records import Record, Reject, Source
from tasks.settings import Settings
from tasks.steps.drafts import check_draft, complete_draft, drafted

POOL = [
    (kind, number, each)
    for kind, entries in prompts.exemplars().exemplars.items()
    for number, each in enumerate(entries)
]
IDS = [f"{kind}-{number}" for kind, number, _ in POOL]
SMALL = Settings(teacher_size="small")


def fitting(kind: str, form: AnswerForm) -> tuple[Skill, TaskType]:
    """A skill of the kind and one of its types with this answer form; its rules by example come first, where a rule is stated."""
    for name in prompts.names():
        skill = load_skill(name)
        for task_type in skill.task_types if skill.kind == kind else ():
            if task_type.answer is form:
                return skill, task_type
    raise AssertionError(f"no type of {kind} is answered as {form}")


@pytest.mark.parametrize(("kind", "number", "exemplar"), POOL, ids=IDS)
def test_each_passes_the_checks_of_a_draft(kind: str, number: int, exemplar: Exemplar) -> None:
    skill, task_type = fitting(kind, exemplar.form)
    run = skill_run(skill, step="instruct")
    # The widest schema of the kind: what a type leaves out is left out of what it is shown.
    schema = kinds()[kind].drafts.instruct
    draft = schema.model_validate({"unsuitable": "", "items": [exemplar.item]}).items[0]  # type: ignore[attr-defined]
    parent = Record(source=Source(id="d", uri="d", kind="text"), skill=skill.name, passage=exemplar.material)
    facts = {"task_type": "" if kind == "pattern" else task_type.name, "answer_form": exemplar.form.value}
    done = asyncio.run(complete_draft(drafted(parent, draft, **facts), run))
    checked = done if isinstance(done, Reject) else asyncio.run(check_draft(done, run))
    assert isinstance(checked, Record), (checked.reason, checked.detail)
    if kind == "pattern" and exemplar.item["formal"]["rule"]["cases"]:
        assert checked.key == exemplar.item["key"], "the rule gives another key"


@pytest.mark.parametrize(("kind", "number", "exemplar"), POOL, ids=IDS)
def test_each_names_no_field_that_its_schema_lacks(kind: str, number: int, exemplar: Exemplar) -> None:
    known = str(kinds()[kind].drafts.instruct.model_json_schema())
    assert all(f"'{field}'" in known for field in exemplar.item)


def test_each_pool_can_rotate() -> None:
    for kind, entries in prompts.exemplars().exemplars.items():
        for form in {each.form for each in entries}:
            pool = pool_of(kind, form)
            assert len(pool) >= 2, f"{kind} {form}"
            assert (
                len({each.item["instruction"] for each in pool}) == len({each.material for each in pool}) == len(pool)
            )


def shown(place: int, settings: Settings = SMALL, passage: str = "p") -> str:
    skill, task_type = fitting("question", AnswerForm.OPTION)
    record = Record(source=Source(id="d", uri="d", kind="text"), id=passage, passage=passage)
    return exemplar_for(record, task_type, place, skill_run(skill, settings)).get("example", "")


def test_siblings_never_see_the_same_one_after_each_other() -> None:
    for passage in "abcdefgh":
        seen = [shown(place, passage=passage) for place in range(6)]
        assert all(one and one != other for one, other in pairwise(seen))
    assert len({shown(0, passage=passage) for passage in "abcdefgh"}) > 1


def test_a_large_teacher_is_shown_none() -> None:
    assert shown(0, Settings()) == ""


def test_a_form_without_a_pool_has_none() -> None:
    skill = load_skill("tool_use")
    record = Record(source=Source(id="d", uri="d", kind="api"), id="r")
    assert exemplar_for(record, skill.task_types[0], 0, skill_run(skill, SMALL)) == {}


def test_what_is_shown_is_an_answer_in_the_type_s_own_schema() -> None:
    skill = load_skill("few_shot_reasoning")
    task_type = skill.task_type("mathematics_by_example")
    exemplar = pool_of("pattern", AnswerForm.NUMBER)[0]
    answer = json.loads(answer_of(exemplar, kinds()["pattern"], task_type))
    assert list(answer) == ["items", "unsuitable"] and "rule" not in answer["items"][0]["formal"]
    assert list(answer["items"][0])[:2] == ["working", "formal"]
