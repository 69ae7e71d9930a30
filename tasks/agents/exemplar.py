"""A worked answer for authors that are too small to do without one: rotated, so that no one of them sets the tone."""

from __future__ import annotations

import json
from typing import Any

import prompts
from prompts import AnswerForm, Exemplar, TaskType
from tasks.agents.kind import Kind, SkillRun
from tasks.records import Record, rng

_TOLD = (
    "Other material and a finished answer to it, to show the form and how thoroughly the notes are made. Take neither subject, "
    "wording nor length from it."
)


def exemplar_for(record: Record, task_type: TaskType, place: int, run: SkillRun) -> dict[str, str]:
    """A block with one worked answer of the type's form; nothing for a large teacher, or where the pool has none.

    Siblings of a passage, which `place` counts, are shown one after the other.
    """
    if run.settings.teacher_size == "large":
        return {}
    pool = pool_of(run.kind.name, task_type.answer)
    if not pool:
        return {}
    first = rng(run.seed, "exemplar", record.id).randrange(len(pool))
    chosen = pool[(first + place) % len(pool)]
    return {"example": f"{_TOLD}\n\nMaterial:\n{chosen.material}\n\nAnswer:\n{answer_of(chosen, run.kind, task_type)}"}


def pool_of(kind: str, form: AnswerForm) -> list[Exemplar]:
    """The worked answers for this kind of task and answer form."""
    return [each for each in prompts.exemplars().exemplars.get(kind, ()) if each.form == form]


def answer_of(exemplar: Exemplar, kind: Kind, task_type: TaskType) -> str:
    """The exemplar as an answer in the schema that the author has to keep to, fields in its order."""
    schema: Any = kind.drafts_for(task_type).instruct
    answer = schema.model_validate({"unsuitable": "", "items": [exemplar.item]})
    return json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, indent=1)
