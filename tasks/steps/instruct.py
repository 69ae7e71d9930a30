"""Seed Instruction Generation Flow: many different instructions for a passage, one agent call per task type drawn."""

from __future__ import annotations

import asyncio

from prompts import TaskType, knobs, presentation
from tasks.agents.blocks import material_blocks
from tasks.agents.kind import SkillRun
from tasks.records import Record, Rejected, rng
from tasks.records.draws import draw_distinct, draw_values
from tasks.steps.drafts import drafted, finish_draft
from tasks.steps.step import Items, Step, attempt


async def instruct(record: Record, run: SkillRun) -> Items:
    """Up to so many task types that suit the passage's transformation, each with its instructions; unsound ones are rejects."""
    fitting = [t for t in run.skill.task_types if run.skill.suits(t, record.transformation)]
    chosen = draw_distinct(fitting, run.settings.instructions_per_passage, rng(run.seed, run.step, record.id))
    results = await asyncio.gather(*(attempt(run.step, record, _write(t, record, run)) for t in chosen))
    return [item for items in results for item in items]


async def _write(task_type: TaskType, record: Record, run: SkillRun) -> Items:
    values = draw_values(axes(run), rng(run.seed, run.step, record.id, task_type.name))
    count = run.settings.instructions_per_type
    told = {**values, **_language(values)}
    guidance = run.skill.guidance.get(task_type.name, "")
    answer = await run.ask(
        "instruct",
        material_blocks(record),
        {"task_type": task_type.name, "answer_form": task_type.answer.value, **told, "count": count},
        schema=run.kind.drafts.instruct,
        temperature=run.settings.instruct_temperature,
        variables={
            "task_type": task_type.title,
            "description": f"{task_type.description}\n\n{guidance}".strip(),
            "answer_form": presentation().author_forms[task_type.answer],
            "count": count,
        },
    )
    drafts = answer.parsed.items[:count]
    if answer.parsed.unsuitable or not drafts:
        raise Rejected("unsuitable", answer.parsed.unsuitable[:300], [answer.event])
    facts = {"task_type": task_type.name, "answer_form": task_type.answer.value, "axes": values}
    written = (drafted(record, draft, answer.event, **facts) for draft in drafts)
    return [item for draft in written for item in await attempt(run.step, draft, finish_draft(draft, run))]


def axes(run: SkillRun) -> dict[str, tuple[str, ...]]:
    """The axes of diversity that settings and skill leave, with the values to draw from."""
    on = {name.strip() for name in run.settings.axes.split(",")}
    values = {
        name: choices for name, choices in {**knobs().instruct, **run.skill.axes}.items() if name in on and choices
    }
    return {**values, **({"language": (run.settings.language,)} if run.settings.language else {})}


def _language(values: dict[str, str]) -> dict[str, str]:
    return {"language": f"{values['language']}, for everything that the reader sees"} if "language" in values else {}


INSTRUCT = Step(
    name="instruct", work=instruct, of_kind=("drafts", "complete"), checks="instruction", agents=("instruct", "settle")
)
