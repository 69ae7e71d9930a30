"""Content Transformation Flow: a piece of a document becomes a passage that makes a kind of task easy to write."""

from __future__ import annotations

import asyncio
import json

from prompts import Transformation, knobs
from tasks.agents.run import Run
from tasks.kinds.tools.contract import Api, Apis, Parameter
from tasks.kinds.web.contract import Site
from tasks.kinds.web.use import ACTIONS, flaw
from tasks.records import Json, Record, Rejected, derive, rng
from tasks.records.draws import draw_distinct, draw_values
from tasks.steps.step import Items, Step, attempt

NAME = "transform"


async def transform(record: Record, run: Run) -> Items:
    """One passage for each transformation drawn; a transformation without agents passes the text on, without a call."""
    fitting = [t for t in run.skill.transformations if not t.seeds or record.source.kind in t.seeds]
    chosen = draw_distinct(fitting, run.settings.transformations_per_document, rng(run.seed, NAME, record.id))
    results = await asyncio.gather(*(attempt(NAME, record, _apply(t, record, run)) for t in chosen))
    return [item for items in results for item in items]


async def _apply(transformation: Transformation, record: Record, run: Run) -> Items:
    work = {"tools": _tools, "page": _page, "passage": _passage}[transformation.output]
    return [await work(transformation, record, run)]


async def _passage(transformation: Transformation, record: Record, run: Run) -> Record:
    values = draw_values(knobs().transform, rng(run.seed, NAME, record.id, transformation.name))
    values["language"] = run.settings.language or "the language of the material"
    text, events = record.passage, []
    for agent in transformation.agents:
        answer = await run.ask(
            NAME, f"transform/{agent}", {"seed": text}, values, temperature=run.settings.transform_temperature
        )
        text = answer.text
        events.append(answer.event)
        if text.startswith("UNSUITABLE"):
            raise Rejected("unsuitable", text[:300], events)
    return derive(
        record, *events, {"step": NAME, "note": transformation.name}, transformation=transformation.name, passage=text
    )


async def _tools(transformation: Transformation, record: Record, run: Run) -> Record:
    tools: list[Json] = []
    events: list[Json] = []
    for position, agent in enumerate(transformation.agents):
        blocks = {"seed": record.passage}
        if position:
            similar = "\n\n".join(await run.similar(record))
            blocks = {"functions": json.dumps(tools, ensure_ascii=False, indent=1), "similar": similar, **blocks}
        answer = await run.ask(
            NAME, f"transform/{agent}", blocks, {}, schema=Apis, temperature=run.settings.transform_temperature
        )
        events.append(answer.event)
        apis: Apis = answer.parsed
        if apis.unsuitable or not apis.apis:
            raise Rejected("unsuitable", apis.unsuitable[:300] or "no function described", events)
        tools = _grown(tools, apis)
    return derive(
        record,
        *events,
        {"step": NAME, "note": transformation.name},
        transformation=transformation.name,
        passage="",
        tools=tools,
    )


async def _page(transformation: Transformation, record: Record, run: Run) -> Record:
    """A site as data, which a program can run; each agent after the first goes over the site of the one before."""
    values = draw_values(knobs().transform, rng(run.seed, NAME, record.id, transformation.name))
    told = {"language": run.settings.language or "the language of the material", "tone": values["tone"]}
    page, events = "", list[Json]()
    for agent in transformation.agents:
        blocks = {**({"page": page} if page else {}), "seed": record.passage}
        answer = await run.ask(
            NAME, f"transform/{agent}", blocks, told, schema=Site, temperature=run.settings.transform_temperature
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
        {"step": NAME, "note": transformation.name},
        transformation=transformation.name,
        passage=page,
        tools=ACTIONS,
    )


def _grown(tools: list[Json], apis: Apis) -> list[Json]:
    """The functions so far and the new ones; a function once described keeps its description."""
    known = {tool["function"]["name"]: tool for tool in tools}
    for api in apis.apis:
        known.setdefault(api.name, _function(api))
    return list(known.values())


def _function(api: Api) -> Json:
    """An API as OpenAI's function schema; what it returns is told in its description, where a caller can read it."""
    properties = {parameter.name: _property(parameter) for parameter in api.parameters}
    required = [parameter.name for parameter in api.parameters if parameter.required]
    returns = ", ".join(f"{field.name} ({field.type})" for field in api.returns)
    description = f"{api.description.rstrip('.')}. Returns {returns}." if returns else api.description
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"type": "function", "function": {"name": api.name, "description": description, "parameters": schema}}


def _property(parameter: Parameter) -> Json:
    described: Json = {"type": parameter.type, "description": parameter.description}
    if parameter.enum and parameter.type == "string":
        described["enum"] = parameter.enum
    if parameter.type == "array":
        described["items"] = {}
    return described


TRANSFORM = Step(
    name=NAME,
    work=transform,
    skill_parts=("transformations", "tools"),
    agents=("transform/",),
    settings=("transformations_per_document", "transform_temperature", "language"),
    searches=True,
)
