"""The functions that a piece of code or an API description becomes: described, and grown by one agent after the other.

Whoever adds to them names the new ones alone, so that what has to be written does not grow with what there is.
"""

from __future__ import annotations

import json

from prompts import Transformation
from tasks.agents.kind import SkillRun
from tasks.kinds.tools.contract import Api, Apis, Parameter
from tasks.records import Json, Record, Rejected, derive


async def describe_functions(transformation: Transformation, record: Record, run: SkillRun) -> Record:
    """The record with functions on offer in place of its passage; each agent after the first adds to those before."""
    tools: list[Json] = []
    events: list[Json] = []
    for position, agent in enumerate(transformation.agents):
        blocks = {"seed": record.passage}
        if position:
            similar = "\n\n".join(await run.similar(record))
            blocks = {"functions": json.dumps(tools, ensure_ascii=False, indent=1), "similar": similar, **blocks}
        answer = await run.ask(
            f"transform/{agent}",
            blocks,
            {},
            schema=Apis,
            temperature=run.temperature(f"transform/{agent}", run.settings.transform_temperature),
        )
        events.append(answer.event)
        apis: Apis = answer.parsed
        if not apis.apis and not position:
            raise Rejected("unsuitable", apis.unsuitable[:300] or "no function described", events)
        tools = _grown(tools, apis)
    return derive(
        record,
        *events,
        {"step": run.step, "note": transformation.name},
        transformation=transformation.name,
        passage="",
        tools=tools,
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
    returns = "; ".join(_field(field) for field in api.returns)
    description = f"{api.description.rstrip('.')}. Returns {returns}." if returns else api.description
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"type": "function", "function": {"name": api.name, "description": description, "parameters": schema}}


def _field(field: Parameter) -> str:
    """A field of a result as it is told: whoever calls and whoever plays the function read the same."""
    meant = " ".join(field.description.split()).rstrip(".;")
    return f"{field.name} ({field.type}){f': {meant}' if meant else ''}"


def _property(parameter: Parameter) -> Json:
    described: Json = {"type": parameter.type, "description": parameter.description}
    if parameter.enum and parameter.type == "string":
        described["enum"] = parameter.enum
    if parameter.type == "array":
        described["items"] = {}
    return described
