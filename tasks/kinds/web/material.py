"""The site that a text becomes: data that a program can run, made by one agent after the other."""

from __future__ import annotations

from prompts import Transformation, knobs
from tasks.agents.kind import SkillRun
from tasks.kinds.web.contract import Site
from tasks.kinds.web.use import ACTIONS, flaw
from tasks.records import Json, Record, Rejected, derive, rng
from tasks.records.draws import draw_values


async def make_site(transformation: Transformation, record: Record, run: SkillRun) -> Record:
    """A site as data, which a program can run; each agent after the first goes over the site of the one before."""
    values = draw_values(knobs().transform, rng(run.seed, run.step, record.id, transformation.name))
    told = {"language": run.settings.language or "the language of the material", "tone": values["tone"]}
    page, events = "", list[Json]()
    for agent in transformation.agents:
        blocks = {**({"page": page} if page else {}), "seed": record.passage}
        answer = await run.ask(
            f"transform/{agent}", blocks, told, schema=Site, temperature=run.settings.transform_temperature
        )
        events.append(answer.event)
        site: Site = answer.parsed
        if site.unsuitable or not site.views:
            raise Rejected("unsuitable", site.unsuitable[:300] or "no page described", events)
        if problem := flaw(site):
            raise Rejected("malformed", problem, events)
        page = site.model_dump_json(exclude={"unsuitable"}, exclude_defaults=True)
    return derive(
        record,
        *events,
        {"step": run.step, "note": transformation.name},
        transformation=transformation.name,
        passage=page,
        tools=ACTIONS,
    )
