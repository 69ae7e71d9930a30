"""Instruction Refinement Flow: a suggester says how an item could demand more, an editor carries it out, n rounds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from string import ascii_uppercase

from prompts import AnswerForm, Goal
from prompts import knobs as known_axes
from tasks.agents.blocks import manner, task_blocks
from tasks.agents.kind import SkillRun
from tasks.agents.presentation import shown_beside
from tasks.agents.refinement import Suggestion, Suggestions
from tasks.agents.traits import has
from tasks.checks.register import in_true_register
from tasks.records import Json, Record, Reject, Rejected, rng
from tasks.records.draws import draw_distinct
from tasks.steps.difficulty import asked_for, measured, not_harder, unsolved
from tasks.steps.drafts import check_draft, complete_draft, drafted
from tasks.steps.goals import by_yield
from tasks.steps.repair import mended
from tasks.steps.step import Items, Step, attempt
from tasks.steps.variety import EDIT_OF, task_of
from tasks.teacher import Answer
from tasks.teacher.contract import Contract, without_passage


async def refine(record: Record, run: SkillRun) -> Items:
    """The record itself and every sound edit of it; each round goes over what the one before made.

    Where difficulty is measured, an edit stays only if it is harder than what it was made of and still solved.
    """
    items: Items = [await _measured(record, None, run)]
    newest = range(1)
    for depth in range(run.settings.refinement_rounds):
        places = [place for place in newest if isinstance(items[place], Record)]
        rounds = await asyncio.gather(*(_round(items[place], depth, run) for place in places))
        newest = range(len(items), len(items) + sum(len(made) for _, made in rounds))
        for place, (noted, made) in zip(places, rounds, strict=True):
            items[place] = noted
            items += made
    wanted = asked_for if run.settings.solve_samples else _as_it_is
    return [wanted(item, run) if isinstance(item, Record) else item for item in items]


def _as_it_is(record: Record, run: SkillRun) -> Record:
    return record


async def _measured(record: Record, before: Record | None, run: SkillRun) -> Record | Reject:
    """The record with its solve rates, or the reject that they make of it; as it is where nothing is measured."""
    if not run.settings.solve_samples:
        return record
    found = await measured(record, run)
    return unsolved(found, run) or (not_harder(before, found, run) if before else None) or found


async def _round(record: Record | Reject, depth: int, run: SkillRun) -> tuple[Record, Items]:
    """The record, with the calls that suggested nothing, and its edits towards the goals that are drawn."""
    assert isinstance(record, Record)
    fitting = by_yield(
        [goal for goal in run.skill.goals if _suits(goal, record) and has(record, goal.has, run.kind.traits)], run
    )
    goals = draw_distinct(fitting, run.settings.goals_per_instruction, rng(run.seed, run.step, record.id, depth))
    idle: dict[str, Json] = {}
    made = await asyncio.gather(*(attempt(run.step, record, _towards(goal, record, run, idle)) for goal in goals))
    notes = [idle[goal.name] for goal in goals if goal.name in idle]
    return replace(record, lineage=[*record.lineage, *notes]), [item for items in made for item in items]


async def _towards(goal: Goal, record: Record, run: SkillRun, idle: dict[str, Json]) -> Items:
    """The edits towards a goal; where nothing is suggested, the call that said so is noted in `idle`."""
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
    suggested = {**answer.event, "goal": goal.name}
    suggestions = answer.parsed.items[:count]
    if not suggestions:
        idle[goal.name] = {**suggested, "note": "nothing to add"}
    edits = (attempt(run.step, record, _edit(record, goal, s, suggested, knobs, told, run)) for s in suggestions)
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

    schema = run.kind.drafts_for(run.skill.task_type(record.task_type)).edit

    async def ask(earlier: Sequence[Json] = ()) -> Answer:
        return await run.ask(
            "edit",
            task_blocks(record),
            knobs,
            directions={"suggestion": wording},
            schema=schema if goal.edits_passage else without_passage(schema),
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
        if missed := _missed(goal, record, edited, run.kind.hidden):
            return Reject(record=edited, step=run.step, reason="goal_missed", detail=missed)
        return await check_draft(edited, run)

    made_of = task_of(record, shown_beside(record, run))
    before = {**suggested, "suggestion": suggestion.change, EDIT_OF: made_of}
    try:
        answer = await ask()
    except Rejected as why:
        raise Rejected(why.reason, why.detail, [before, *why.events]) from None
    edited = await mended(record, answer, ask, lambda given: [given.parsed], made, run, before)
    return [await _measured(in_true_register(i), record, run) if isinstance(i, Record) else i for i in edited]


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


def _missed(goal: Goal, before: Record, after: Record, hidden: frozenset[str]) -> str:
    """What of the goal the edit left undone; empty if nothing."""
    if goal.edits_passage and after.passage == before.passage:
        return "the passage did not change"
    if goal.makes_unanswerable and after.answerable:
        return "the item is still answerable"
    if goal.changes_key and _answer(after) == _answer(before):
        return "the answer did not change"
    if _shown(after, hidden) == _shown(before, hidden):
        return "nothing changed"
    return ""


def _shown(record: Record, hidden: frozenset[str]) -> tuple[object, ...]:
    formal = {name: value for name, value in record.formal.items() if name != "mistakes" and name not in hidden}
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
    measures=True,
    learns=True,
)
