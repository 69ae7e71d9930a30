"""Seed Instruction Generation Flow: many different instructions for a passage, one agent call per task type drawn."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from random import Random

from prompts import NONE, AnswerForm, Axes, Knobs, TaskType, knobs, presentation
from tasks.agents.blocks import material_blocks
from tasks.agents.exemplar import exemplar_for
from tasks.agents.kind import SkillRun
from tasks.agents.traits import has
from tasks.checks.drawn import miscounted
from tasks.checks.register import in_true_register, other_register
from tasks.records import Json, Record, Reject, Rejected, rng
from tasks.records.draws import draw_distinct, draw_values
from tasks.steps.again import made_again
from tasks.steps.drafts import check_draft, complete_draft, drafted
from tasks.steps.repair import OTHER_NUMBER, OTHER_REGISTER, mended
from tasks.steps.step import Items, Step, attempt
from tasks.teacher import Answer
from tasks.teacher.contract import Contract

FREE_WORDS = frozenset({AnswerForm.TEXT, AnswerForm.SPAN, AnswerForm.NUMBER, AnswerForm.CODE, AnswerForm.CALLS})
"""Answer forms whose request reads like one that a person types; the others read like a test or a form to fill in."""
ANYONE = "anyone"
_PERSON = (
    "somebody from the material's world who {tie}, {need} and {knowledge}; settle who that is, by role, before you write. Who "
    "they are and why they ask decides what they ask for, or it is left out"
)


async def instruct(record: Record, run: SkillRun) -> Items:
    """Up to so many task types that suit the passage's transformation, each with its instructions; unsound ones are rejects."""
    fitting = [
        t for t in run.skill.task_types if run.skill.suits(t, record.transformation) and _has_all(record, t, run)
    ]
    chosen = draw_distinct(fitting, run.settings.instructions_per_passage, rng(run.seed, run.step, record.id))
    results = await asyncio.gather(
        *(attempt(run.step, record, _write(t, record, n, run)) for n, t in enumerate(chosen)),
        *(attempt(run.step, record, work) for work in _further(chosen, record, run)),
    )
    return [item for items in results for item in items]


def _further(chosen: Sequence[TaskType], record: Record, run: SkillRun) -> Iterator[Awaitable[Items]]:
    """The tasks that marks ask for besides those of the types drawn."""
    asked = run.marks.tasks_again.get(record.id, {})
    for place, task_type in enumerate(chosen):
        for number in range(1, asked.get(task_type.name, 0) + 1):
            yield _another(task_type, record, place, run, number)


async def _another(task_type: TaskType, record: Record, place: int, run: SkillRun, number: int) -> Items:
    items = await _write(task_type, record, place, run, number)
    return made_again(items, run.step, number)


async def _write(task_type: TaskType, record: Record, place: int, run: SkillRun, number: int = 0) -> Items:
    source = rng(run.seed, run.step, record.id, task_type.name, *([number] if number else []))
    values = asked_by(draw_values(axes(run, task_type), source), task_type, run, source)
    count = run.settings.instructions_per_type
    drawn = own_axes(run, task_type)
    each = [draw_values(drawn, source) for _ in range(count)]
    of_passage = {name: value for name, value in record.axes.items() if task_type.needs.get(name)}
    told = {**of_passage, **values, **_language(values), **_one_by_one(each)}
    guidance = run.skill.guidance.get(task_type.name, "")

    async def ask(earlier: Sequence[Json] = ()) -> Answer:
        return await run.ask(
            "instruct",
            material_blocks(record),
            {"task_type": task_type.name, "answer_form": task_type.answer.value, **told, "count": count},
            schema=run.kind.drafts_for(task_type).instruct,
            temperature=run.temperature("instruct", run.settings.instruct_temperature),
            variables={
                "task_type": task_type.title,
                "description": f"{task_type.description}\n\n{guidance}".strip(),
                "answer_form": form_told(run, task_type, drawn),
                "count": count,
            },
            earlier=earlier,
            directions=exemplar_for(record, task_type, place, run),
            sample=number,
        )

    async def made(draft: Contract, place: int, events: Sequence[Json]) -> Record | Reject:
        facts = {"task_type": task_type.name, "answer_form": task_type.answer.value}
        known = {**record.axes, **values, **each[place]}
        done = await complete_draft(drafted(record, draft, *events, **facts, axes=known), run)
        checked = done if isinstance(done, Reject) else await check_draft(done, run)
        if isinstance(checked, Record) and (other := miscounted(checked)):
            return Reject(record=checked, step=run.step, reason=OTHER_NUMBER, detail=other)
        if isinstance(checked, Record) and (other := other_register(checked)):
            return Reject(record=checked, step=run.step, reason=OTHER_REGISTER, detail=other)
        return checked

    answer = await ask()
    if not answer.parsed.items:
        raise Rejected("unsuitable", answer.parsed.unsuitable[:300], [answer.event])
    items = await mended(record, answer, ask, lambda given: given.parsed.items[:count], made, run)
    return [in_true_register(item) if isinstance(item, Record) else item for item in items]


def axes(run: SkillRun, task_type: TaskType) -> dict[str, tuple[str, ...]]:
    """The axes of diversity that settings, skill and task type leave, with the values to draw from."""
    on = {name.strip() for name in run.settings.axes.split(",")}
    known = {**knobs().instruct, **run.skill.axes}
    if task_type.answer in FREE_WORDS and "register" not in run.skill.axes:
        known["register"] = (*known["register"], *knobs().typed)
    own = {name: choices for name, choices in task_type.axes.items() if name in known}
    values = {name: choices for name, choices in {**known, **own}.items() if name in on and choices}
    return {**values, **({"language": (run.settings.language,)} if run.settings.language else {})}


def asked_by(values: dict[str, str], task_type: TaskType, run: SkillRun, source: Random) -> dict[str, str]:
    """The values with a person of the material's world as persona, by setting, and without a length that the register settles.

    What skill or type state for themselves stays as it is.
    """
    stated, known = {**run.skill.axes, **task_type.axes}, knobs()
    if "persona" in values.keys() - stated and run.settings.personas == "document" and values["persona"] != ANYONE:
        values = {**values, "persona": _PERSON.format(**_person(known, stated, source))}
    if values.get("register") in known.typed:
        values = {name: value for name, value in values.items() if name != "length"}
    return values


def _person(known: Knobs, stated: Axes, source: Random) -> dict[str, str]:
    """What a person is made of: values that one person can have, skill and type replacing some of them."""
    drawn: dict[str, str] = {}
    for part, values in {**known.people, **{n: v for n, v in stated.items() if n in known.people}}.items():
        apart = {other for pair in known.apart if set(pair) & set(drawn.values()) for other in pair}
        drawn[part] = source.choice([value for value in values if value not in apart] or list(values))
    return drawn


def own_axes(run: SkillRun, task_type: TaskType) -> dict[str, tuple[str, ...]]:
    """What is drawn for each item because of its answer form, skill or type, such as the verdict of a claim."""
    of_form = {name: axis.values for name, axis in presentation().author_axes.get(task_type.answer, {}).items()}
    own = {**of_form, **run.skill.axes, **task_type.axes}
    return {
        name: choices for name, choices in own.items() if name not in {**knobs().instruct, **knobs().people} and choices
    }


def form_told(run: SkillRun, task_type: TaskType, drawn: Mapping[str, Sequence[str]]) -> str:
    """The answer form as the author is told it, with what the values drawn for it mean."""
    axes_of_form = presentation().author_axes.get(task_type.answer, {})
    told = [axis.told for name, axis in axes_of_form.items() if name in drawn]
    return " ".join([run.author_form(task_type.answer), *told])


def _one_by_one(each: list[dict[str, str]]) -> dict[str, str]:
    """The values of several items as one line for each axis."""
    if len(each) == 1:
        return each[0]
    return {name: "; ".join(f"item {i}: {own[name]}" for i, own in enumerate(each, 1)) for name in each[0]}


def _has_all(record: Record, task_type: TaskType, run: SkillRun) -> bool:
    """Whether the passage has what the type needs, by what was drawn for it and by what a program sees in it."""
    drawn = all((record.axes.get(axis, NONE) != NONE) is there for axis, there in task_type.needs.items())
    return drawn and has(record, task_type.has, run.kind.traits)


def _language(values: dict[str, str]) -> dict[str, str]:
    return {"language": f"{values['language']}, for everything that the reader sees"} if "language" in values else {}


INSTRUCT = Step(
    name="instruct",
    work=instruct,
    of_kind=("drafts", "complete"),
    checks="instruction",
    agents=("instruct", "settle", "repair"),
    heeds="tasks",
)
