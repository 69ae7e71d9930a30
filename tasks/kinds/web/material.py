"""The site that a text becomes: data that a program can run, made by one agent after the other."""

from __future__ import annotations

from collections.abc import Sequence

from prompts import Transformation, knobs
from tasks.agents.kind import SkillRun
from tasks.agents.repair import Problem, sound
from tasks.kinds.web.contract import Site
from tasks.kinds.web.use import ACTIONS, flaw
from tasks.records import Json, Record, Rejected, derive, rng
from tasks.records.draws import draw_values
from tasks.teacher import Answer


async def make_site(transformation: Transformation, record: Record, run: SkillRun) -> Record:
    """A site as data, which a program can run; each agent after the first goes over the site of the one before."""
    values = draw_values(knobs().transform, rng(run.seed, run.step, record.id, transformation.name))
    told = {"language": run.settings.language or "the language of the material", "tone": values["tone"]}
    page, events = "", list[Json]()
    for agent in transformation.agents:
        blocks = {**({"page": page} if page else {}), "seed": record.passage}

        async def ask(earlier: Sequence[Json], agent: str = agent, blocks: dict[str, str] = blocks) -> Answer:
            temperature = run.temperature(f"transform/{agent}", run.settings.transform_temperature)
            return await run.ask(
                f"transform/{agent}", blocks, told, schema=Site, temperature=temperature, earlier=earlier
            )

        answer, paid = await sound(ask, _flaw, run)
        events += paid
        site: Site = answer.parsed
        if _unsuitable(site):
            raise Rejected("unsuitable", site.unsuitable[:300] or "no page described", events)
        page = site.model_dump_json(exclude={"unsuitable"}, exclude_defaults=True)
    return derive(
        record,
        *events,
        {"step": run.step, "note": transformation.name},
        transformation=transformation.name,
        passage=page,
        tools=ACTIONS,
    )


def _unsuitable(site: Site) -> bool:
    return not site.views


async def _flaw(answer: Answer) -> Problem | None:
    """What is wrong with the site, so that no program can run it."""
    problem = None if _unsuitable(answer.parsed) else flaw(answer.parsed)
    return ("malformed", problem) if problem else None
