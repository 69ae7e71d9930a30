"""Seed Instruction Generation Flow: many different instructions for a passage, one agent call per task type drawn."""

from __future__ import annotations

import asyncio

from prompts import TaskType, knobs, presentation
from tasks.agents.run import Run, shown
from tasks.kinds.schemas import DRAFTS
from tasks.records import Record, Rejected, rng
from tasks.records.draws import draw_distinct, draw_values
from tasks.steps.drafts import checked, drafted
from tasks.steps.finish import finish
from tasks.steps.step import Items, Step, attempt

NAME = "instruct"


async def instruct(record: Record, run: Run) -> Items:
    """Up to so many task types that suit the passage's transformation, each with its instructions; unsound ones are rejects."""
    fitting = [t for t in run.skill.task_types if run.skill.suits(t, record.transformation)]
    chosen = draw_distinct(fitting, run.settings.instructions_per_passage, rng(run.seed, NAME, record.id))
    results = await asyncio.gather(*(attempt(NAME, record, _write(t, record, run)) for t in chosen))
    return [item for items in results for item in items]


async def _write(task_type: TaskType, record: Record, run: Run) -> Items:
    values = draw_values(axes(run), rng(run.seed, NAME, record.id, task_type.name))
    count = run.settings.instructions_per_type
    told = {**values, **_language(values)}
    guidance = run.skill.guidance.get(task_type.name, "")
    answer = await run.ask(
        NAME,
        "instruct",
        shown(record),
        {"task_type": task_type.name, "answer_form": task_type.answer.value, **told, "count": count},
        schema=DRAFTS[run.skill.draft].instruct,
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
    return [item for draft in written for item in await attempt(NAME, draft, _sound(draft, run))]


def axes(run: Run) -> dict[str, tuple[str, ...]]:
    """The axes of diversity that settings and skill leave, with the values to draw from."""
    on = {name.strip() for name in run.settings.axes.split(",")}
    values = {
        name: choices for name, choices in {**knobs().instruct, **run.skill.axes}.items() if name in on and choices
    }
    return {**values, **({"language": (run.settings.language,)} if run.settings.language else {})}


def _language(values: dict[str, str]) -> dict[str, str]:
    return {"language": f"{values['language']}, for everything that the reader sees"} if "language" in values else {}


async def _sound(draft: Record, run: Run) -> Items:
    return [checked(await finish(draft, run), run.wanted(run.skill.checks.instruction), NAME)]


INSTRUCT = Step(
    name=NAME,
    work=instruct,
    skill_parts=("draft", "task_types", "guidance", "checks", "tools", "axes"),
    agents=("instruct",),
    settings=(
        "instructions_per_passage",
        "instructions_per_type",
        "instruct_temperature",
        "code_interpreter",
        "skip_checks",
        "axes",
        "language",
    ),
)
