"""Content Transformation Flow: a piece of a document becomes a passage that makes a kind of task easy to write."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from prompts import Transformation, knobs
from tasks.agents.kind import SkillRun
from tasks.agents.repair import Problem, sound
from tasks.agents.traits import has
from tasks.records import Json, Record, Rejected, derive, rng
from tasks.records.draws import draw_distinct, draw_values
from tasks.steps.checking import examine
from tasks.steps.step import Items, Step, attempt
from tasks.teacher import Answer

_UNSUITABLE = "UNSUITABLE"
"""How an agent begins that finds the material unfit for its transformation."""


async def transform(record: Record, run: SkillRun) -> Items:
    """One passage for each transformation drawn; a transformation without agents passes the text on, without a call."""
    fitting = [t for t in run.skill.transformations if not t.seeds or record.source.kind in t.seeds]
    # Where all would lose something of the material, one of them still has to do.
    fitting = [t for t in fitting if not any(has(record, (name,), {}) for name in t.without)] or fitting
    chosen = draw_distinct(fitting, run.settings.transformations_per_document, rng(run.seed, run.step, record.id))
    results = await asyncio.gather(*(attempt(run.step, record, _apply(t, record, run)) for t in chosen))
    return [item for items in results for item in items]


async def _apply(transformation: Transformation, record: Record, run: SkillRun) -> Items:
    return [await (run.kind.transform or _passage)(transformation, record, run)]


async def _passage(transformation: Transformation, record: Record, run: SkillRun) -> Record:
    source = rng(run.seed, run.step, record.id, transformation.name)
    usual = knobs().transform
    # An axis without values is none: the agent's own prompt settles it.
    drawn = {**usual, **{n: v for n, v in transformation.axes.items() if n in usual}}
    values = draw_values({n: v for n, v in drawn.items() if v}, source)
    own = draw_values({n: v for n, v in transformation.axes.items() if n not in usual}, source)
    values["language"] = run.settings.language or "the language of the material"
    text, events = record.passage, list[Json]()
    for agent in transformation.agents:
        last = agent == transformation.agents[-1]

        async def ask(earlier: Sequence[Json], agent: str = agent, text: str = text) -> Answer:
            temperature = run.temperature(f"transform/{agent}", run.settings.transform_temperature)
            knobs = {**values, **own}
            return await run.ask(f"transform/{agent}", {"seed": text}, knobs, temperature=temperature, earlier=earlier)

        async def problem(answer: Answer, last: bool = last) -> Problem | None:
            return await _problem(replace(record, passage=answer.text), run) if last else None

        answer, paid = await sound(ask, problem, run)
        text = answer.text
        events += paid
        if _unsuitable(text):
            raise Rejected("unsuitable", text[:300], events)
    if not transformation.agents and (found := await _problem(record, run)):
        raise Rejected(*found)
    return derive(
        record,
        *events,
        {"step": run.step, "note": transformation.name},
        transformation=transformation.name,
        passage=text,
        axes=own,
    )


def _unsuitable(text: str) -> bool:
    """Whether the agent says that the seed does not suit it, in whatever marks it puts around the word."""
    return text.lstrip(" \n`*_#>\"'").startswith(_UNSUITABLE)


async def _problem(record: Record, run: SkillRun) -> Problem | None:
    """The first of the passage's checks that it fails, with the detail."""
    if _unsuitable(record.passage):
        return None
    found = await examine(record, run.skill.checks.passage, run)
    return (found.reason, found.detail) if found.reason else None


TRANSFORM = Step(
    name="transform",
    makes="passages",
    work=transform,
    of_kind=("transform",),
    checks="passage",
    agents=("transform/", "repair"),
)
