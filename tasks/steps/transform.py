"""Content Transformation Flow: a piece of a document becomes a passage that makes a kind of task easy to write."""

from __future__ import annotations

import asyncio

from prompts import Transformation, knobs
from tasks.agents.kind import SkillRun
from tasks.records import Record, Rejected, derive, rng
from tasks.records.draws import draw_distinct, draw_values
from tasks.steps.step import Items, Step, attempt


async def transform(record: Record, run: SkillRun) -> Items:
    """One passage for each transformation drawn; a transformation without agents passes the text on, without a call."""
    fitting = [t for t in run.skill.transformations if not t.seeds or record.source.kind in t.seeds]
    chosen = draw_distinct(fitting, run.settings.transformations_per_document, rng(run.seed, run.step, record.id))
    results = await asyncio.gather(*(attempt(run.step, record, _apply(t, record, run)) for t in chosen))
    return [item for items in results for item in items]


async def _apply(transformation: Transformation, record: Record, run: SkillRun) -> Items:
    return [await (run.kind.transform or _passage)(transformation, record, run)]


async def _passage(transformation: Transformation, record: Record, run: SkillRun) -> Record:
    source = rng(run.seed, run.step, record.id, transformation.name)
    values = draw_values(knobs().transform, source)
    own = draw_values(transformation.axes, source)
    values["language"] = run.settings.language or "the language of the material"
    text, events = record.passage, []
    for agent in transformation.agents:
        answer = await run.ask(
            f"transform/{agent}", {"seed": text}, {**values, **own}, temperature=run.settings.transform_temperature
        )
        text = answer.text
        events.append(answer.event)
        if text.startswith("UNSUITABLE"):
            raise Rejected("unsuitable", text[:300], events)
    return derive(
        record,
        *events,
        {"step": run.step, "note": transformation.name},
        transformation=transformation.name,
        passage=text,
        axes=own,
    )


TRANSFORM = Step(name="transform", makes="passages", work=transform, of_kind=("transform",), agents=("transform/",))
