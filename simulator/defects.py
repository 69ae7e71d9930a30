"""Content defects: proper answers made wrong in what they say, each marked so that a test can find it in a dataset.

A defect belongs to the roles whose answers it can spoil; those of a kind of task stand in `simulator.kinds`. Whether a
request draws a defect depends on the seed and the request's body alone, so a request that is sent again errs again; a
second sample must differ in its body (`seed`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import get_args

from prompts.schema import ToolName
from simulator.answers import message_of
from simulator.case import Case, Planted, answer_marker, call_marker
from simulator.kinds import DEFECTS
from simulator.plan import Plan
from simulator.response_defects import RESPONSE
from simulator.text_defects import TEXT
from tasks.kinds import contracts, kinds, part_of
from tasks.records import Json, rng

_WRITTEN_SCHEMA = re.compile(rf'"title":\s*"({"|".join(contracts())})"')
_MATERIAL = re.compile(r"<[a-z_]+-[0-9a-f]{10}>")

Plant = Callable[[Case], Planted | None]
_OWN_TOOLS = frozenset(get_args(ToolName))
"""What a teacher may use while it answers in text."""
_ANY: Mapping[str, dict[str, Plant]] = {"response": RESPONSE | TEXT}
"""What every responder can do wrong, whatever the kind of task."""


def _by_role() -> dict[str, dict[str, Plant]]:
    found: dict[str, dict[str, Plant]] = {}
    theirs = (part_of(kind, "defects", dict) or {} for kind in kinds().values())
    for defects in (_ANY, *DEFECTS, *theirs):
        for role, plants in defects.items():
            found.setdefault(role, {}).update(plants)
    return found


_BY_ROLE = _by_role()
NAMES = tuple(dict.fromkeys(name for plants in _BY_ROLE.values() for name in plants))


def agent_of(request: Json) -> str:
    """The name of the schema that the request asks for, in `response_format` or in the prompt, else `text`."""
    asked = (request.get("response_format") or {}).get("json_schema") or {}
    if name := asked.get("name") or (asked.get("schema") or {}).get("title"):
        return str(name)
    for message in request["messages"]:
        if found := _WRITTEN_SCHEMA.search(str(message.get("content") or "")):
            return found[1]
    return "text"


def plant(plan: Plan, seed: int, key: str, agent: str, request: Json, completion: Json) -> Planted | None:
    """The completion with the defect that is due, or None if none is or the one drawn has nothing to spoil here.

    Counted defects (`#COUNT`) wait for answers that they can spoil.
    """
    plants = _BY_ROLE.get(_role(agent, request), {})
    random = rng(seed, "defect", key)
    case = Case(agent=agent, request=request, completion=completion, random=random)
    tried: dict[str, Planted | None] = {}

    def suits(name: str) -> bool:
        if name not in plants:
            return False
        if name in plan.left and name not in tried:
            tried[name] = plants[name](case)
        return tried.get(name) is not None if name in plan.left else True

    name = plan.draw(random.random(), suits)
    if name is None:
        return None
    planted = tried[name] if name in tried else plants[name](case)
    if planted is None or message_of(planted.completion) == message_of(completion):
        return None
    return planted.named(name)


def reached(planted: Iterable[Json], conversations: Iterable[list[Json]]) -> Iterator[Json]:
    """Those of `stats()["planted"]` that stand in a dataset, given each row's messages.

    An author's defect shows by its instruction; where it lies in key or evidence alone, `value` tells what they were
    and the caller compares: the same instruction with its key put right is no defect.
    """
    marks: set[str] = set()
    asked: list[str] = []
    for messages in conversations:
        for message in messages:
            content = str(message.get("content") or "")
            if message["role"] == "user":
                asked.append(content)
            elif message["role"] == "assistant":
                marks.add(answer_marker(messages, content))
                marks.update(call_marker(messages, call) for call in message.get("tool_calls") or [])
    for defect in planted:
        marker = defect["marker"]
        if marker in marks or (defect["where"] == "instruction" and any(marker in content for content in asked)):
            yield defect


def _role(agent: str, request: Json) -> str:
    for name, kind in kinds().items():
        if agent in (kind.drafts.instruct.__name__, kind.drafts.edit.__name__):
            return name
    if agent == "UserTurn":
        return "user"
    if agent != "text" or any(_MATERIAL.search(str(m.get("content") or "")) for m in request["messages"]):
        return ""
    offered = {(tool.get("function") or {}).get("name") for tool in request.get("tools") or []}
    return "calls" if offered - _OWN_TOOLS else "response"
