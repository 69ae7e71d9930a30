"""The catalogue's combinations, rendered: what authors, editors and responders are told, for every task type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import prompts
from prompts import AnswerForm, Skill, TaskType
from simulator.skill_runs import skill_run
from tasks.agents.presentation import hints_for
from tasks.kinds import kinds
from tasks.kinds.fit import load_skill
from tasks.steps.instruct import axes, form_told, own_axes

SKILLS = {name: load_skill(name) for name in prompts.names()}
TYPES = [(skill, task_type) for skill in SKILLS.values() for task_type in skill.task_types]


def quoted(text: str) -> list[str]:
    """The words that a prompt sets in backticks, in order."""
    return re.findall(r"`([a-z_]+)`", text)


def rules(skill: Skill, task_type: TaskType) -> str:
    return f"{task_type.description}\n\n{skill.guidance.get(task_type.name, '')}"


def drawn(skill: Skill, task_type: TaskType) -> set[str]:
    """The axes whose values the author of this type is told."""
    return _drawn(skill.name, task_type.name)


@cache
def universe() -> set[str]:
    """All axes that are ever drawn for an author."""
    return set().union(*(drawn(skill, task_type) for skill, task_type in TYPES))


@cache
def _drawn(name: str, type_name: str) -> set[str]:
    skill = SKILLS[name]
    task_type, run = skill.task_type(type_name), skill_run(skill)
    of_passage = {axis for axis, there in task_type.needs.items() if there}
    return {*axes(run, task_type), *own_axes(run, task_type), *of_passage}


def told_to_author(skill: Skill, task_type: TaskType) -> str:
    """The whole system prompt of the instruction agent."""
    run = skill_run(skill)
    values = {
        "task_type": task_type.title,
        "description": rules(skill, task_type),
        "answer_form": form_told(run, task_type, own_axes(run, task_type)),
        "count": 1,
    }
    return str(skill.agent("instruct").template.format_messages(**values, material="")[0].content)


def fields(skill: Skill, task_type: TaskType, agent: str) -> list[str]:
    """The fields of one item that this agent returns for the type, in the order of the schema."""
    drafts = kinds()[skill.kind].drafts_for(task_type)
    if agent == "edit":
        return [name for name in drafts.edit.model_fields if name != "unsuitable"]
    item = drafts.instruct.model_fields["items"].annotation.__args__[0]  # type: ignore[union-attr]
    return list(item.model_fields)


@dataclass(frozen=True)
class Told:
    """What one responder is told about the shape of the answer."""

    skill: str
    task_type: str
    system: str
    strategy: str
    hint: str
    layout: str


def told_to_responders() -> Iterator[Told]:
    """Every combination that can be drawn, over all task types, final forms, strategies, system prompts and layouts."""
    forms, strategies = prompts.presentation(), prompts.strategies()
    for skill, task_type in TYPES:
        names = task_type.strategies or skill.response.strategies
        of_text = skill.response.passage == "shown"
        layouts = [layout for name in skill.response.wrappers for layout in forms.wrappers[name]]
        for hint in hints_for(AnswerForm(task_type.answer), names, of_text, skill.response.shape):
            ways = [own.text for name in names for own in strategies[name].prompts if own.suits(hint, task_type.answer)]
            systems = [own.text for own in skill.response.system_prompts if own.suits(hint, task_type.answer)]
            for system, way in product(dict.fromkeys(systems), dict.fromkeys(ways)):
                for layout in layouts:
                    yield Told(skill.name, task_type.name, system, way, hint.text, layout)
