"""Instruction Refinement Flow: a suggester says how an item could demand more, an editor carries it out, n rounds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from string import ascii_uppercase

from prompts import AnswerForm, Goal
from prompts import knobs as known_axes
from tasks.agents.blocks import manner, task_blocks
from tasks.agents.kind import SkillRun
from tasks.agents.refinement import Suggestion, Suggestions
from tasks.records import Json, Record, Reject, Rejected, rng
from tasks.records.draws import draw_distinct
from tasks.steps.drafts import check_draft, complete_draft, drafted
from tasks.steps.repair import mended
from tasks.steps.step import Items, Step, attempt
from tasks.teacher import Answer
from tasks.teacher.contract import Contract


async def refine(record: Record, run: SkillRun) -> Items:
    """The record itself and every sound edit of it; each round goes over what the one before made."""
    kept: Items = [record]
    frontier = [record]
    for depth in range(run.settings.refinement_rounds):
        rounds = await asyncio.gather(*(attempt(run.step, r, _round(r, depth, run)) for r in frontier))
        made = [item for items in rounds for item in items]
        kept += made
        frontier = [item for item in made if isinstance(item, Record)]
    return kept


async def _round(record: Record, depth: int, run: SkillRun) -> Items:
    goals = [goal for goal in run.skill.goals if _suits(goal, record)]
    if not goals:
        return []
    goal = draw_distinct(goals, 1, rng(run.seed, run.step, record.id, depth))[0]
    knobs: dict[str, str | int] = {"goal": goal.name, "answer_form": record.answer_form, **manner(record)}
    task_type = run.skill.task_type(record.task_type)
    guidance = run.skill.guidance.get(task_type.name, "")
    told = {
        "task_type": task_type.title,
        "rules": f"{task_type.description}\n\n{guidance}".strip(),
        "goal": goal.name.replace("_", " "),
        "description": goal.description,
        "answer_form": run.author_form(AnswerForm(record.answer_form)),
    }
    count = run.settings.suggestions_per_instruction
    answer = await run.ask(
        "suggest",
        task_blocks(record),
        {**knobs, "count": count},
        schema=Suggestions,
        temperature=run.temperature("suggest", run.settings.suggest_temperature),
        variables={**told, "count": count},
    )
    suggestions = [] if answer.parsed.nothing_to_add else answer.parsed.items[:count]
    edits = (attempt(run.step, record, _edit(record, goal, s, answer.event, knobs, told, run)) for s in suggestions)
    return [item for items in await asyncio.gather(*edits) for item in items]


async def _edit(
    record: Record,
    goal: Goal,
    suggestion: Suggestion,
    suggested: Json,
    knobs: dict[str, str | int],
    told: dict[str, str],
    run: SkillRun,
) -> Items:
    wording = f"{suggestion.change}\nWrong path: {suggestion.wrong_path}\nThe answer: {suggestion.key_effect}"

    async def ask(earlier: Sequence[Json] = ()) -> Answer:
        return await run.ask(
            "edit",
            task_blocks(record),
            knobs,
            directions={"suggestion": wording},
            schema=run.kind.drafts_for(run.skill.task_type(record.task_type)).edit,
            temperature=run.temperature("edit", run.settings.edit_temperature),
            variables=told,
            earlier=earlier,
        )

    async def made(draft: Contract, place: int, events: Sequence[Json]) -> Record | Reject:
        if unsuitable := getattr(draft, "unsuitable", ""):
            raise Rejected("unsuitable", unsuitable[:300])
        grown = run.skill.task_type(record.task_type).grows_into if _calls(draft) > len(record.calls) else ""
        facts = {"task_type": grown or record.task_type, "axes": _lasting(record, goal)}
        edited = await complete_draft(drafted(record, draft, *events, **facts), run)
        if isinstance(edited, Reject):
            return edited
        if missed := _missed(goal, record, edited):
            return Reject(record=edited, step=run.step, reason="goal_missed", detail=missed)
        return await check_draft(edited, run)

    before = {**suggested, "goal": goal.name, "suggestion": suggestion.change}
    return await mended(record, await ask(), ask, lambda given: [given.parsed], made, run, before)


def _lasting(record: Record, goal: Goal) -> Json:
    """What was drawn for the task and still holds: a verdict or a slip is gone where key or passage change."""
    changes = goal.changes_key or goal.edits_passage
    return {n: v for n, v in record.axes.items() if not changes or n in known_axes().instruct or n == "language"}


def _calls(draft: Contract) -> int:
    return len(getattr(draft, "calls", ()))


def _suits(goal: Goal, record: Record) -> bool:
    if goal.answers and record.answer_form not in goal.answers:
        return False
    if record.task_type in goal.not_task_types or (goal.task_types and record.task_type not in goal.task_types):
        return False
    if record.transformation in goal.not_transformations:
        return False
    return record.answerable or not (goal.makes_unanswerable or goal.changes_key)


def _missed(goal: Goal, before: Record, after: Record) -> str:
    """What of the goal the edit left undone; empty if nothing."""
    if goal.edits_passage and after.passage == before.passage:
        return "the passage did not change"
    if goal.makes_unanswerable and after.answerable:
        return "the item is still answerable"
    if goal.changes_key and _answer(after) == _answer(before):
        return "the answer did not change"
    if _shown(after) == _shown(before):
        return "nothing changed"
    return ""


def _shown(record: Record) -> tuple[object, ...]:
    formal = {name: value for name, value in record.formal.items() if name != "mistakes"}
    return record.passage, record.instruction, sorted(record.options), formal


def _answer(record: Record) -> list[str]:
    """The key, with the text of an option in place of its letter, which tells nothing once the options are shuffled."""
    places = [ascii_uppercase.find(letter) for letter in record.key]
    if record.answer_form != AnswerForm.OPTION or not all(0 <= place < len(record.options) for place in places):
        return record.key
    return [record.options[place] for place in places]


REFINE = Step(
    name="refine",
    makes="instructions",
    work=refine,
    of_kind=("drafts", "complete"),
    checks="instruction",
    agents=("suggest", "edit", "settle", "repair"),
)
