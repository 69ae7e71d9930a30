"""Content defects: proper answers made wrong in what they say, each marked so that a test can find it in a dataset.

A kind belongs to the roles whose answers it can spoil. Whether a request draws a defect depends on the seed and the
request's body alone, so a request that is sent again errs again; a second sample must differ in its body (`seed`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import get_args

from prompts.schema import ToolName
from simulator import (
    author_defects,
    calculation_defects,
    call_defects,
    choosing_defects,
    coding_defects,
    creative_defects,
    data_defects,
    dialogue_defects,
    extraction_defects,
    page_defects,
    pattern_defects,
    puzzle_defects,
    response_defects,
    source_defects,
    text_defects,
)
from simulator.answers import message_of
from simulator.case import Case, Planted, answer_marker, call_marker
from simulator.plan import Plan
from tasks.kinds.schemas import DRAFTS, SCHEMAS
from tasks.records import Json, rng

_WRITTEN_SCHEMA = re.compile(rf'"title":\s*"({"|".join(SCHEMAS)})"')
_MATERIAL = re.compile(r"<[a-z_]+-[0-9a-f]{10}>")

Plant = Callable[[Case], Planted | None]
_OWN_TOOLS = frozenset(get_args(ToolName))
"""What a teacher may use while it answers in text."""
_BY_ROLE: dict[str, dict[str, Plant]] = {
    "question": author_defects.QUESTION,
    "calculation": calculation_defects.CALCULATION,
    "choice": choosing_defects.CHOICE,
    "labelling": choosing_defects.LABELLING,
    "extraction": extraction_defects.EXTRACTION,
    "coding": coding_defects.CODING,
    "pattern": pattern_defects.PATTERN,
    "puzzle": puzzle_defects.PUZZLE,
    "rewriting": author_defects.REWRITING,
    "tool_task": author_defects.TOOL_TASK,
    "web_task": page_defects.WEB_TASK,
    "retrieval": source_defects.RETRIEVAL,
    "response": response_defects.RESPONSE
    | text_defects.TEXT
    | choosing_defects.RESPONSE
    | calculation_defects.ESTIMATES
    | extraction_defects.FILLED
    | data_defects.DATA
    | source_defects.CITED
    | coding_defects.CODED
    | pattern_defects.COMPLETED
    | dialogue_defects.SPOKEN
    | creative_defects.WRITTEN,
    "opening": {"not_self_contained": author_defects.REWRITING["not_self_contained"]},
    "user": dialogue_defects.USER,
    "calls": call_defects.CALLS | page_defects.ACTS,
}
NAMES = tuple(dict.fromkeys(name for kinds in _BY_ROLE.values() for name in kinds))


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
    kinds = _BY_ROLE.get(_role(agent, request), {})
    random = rng(seed, "defect", key)
    case = Case(agent=agent, request=request, completion=completion, random=random)
    tried: dict[str, Planted | None] = {}

    def suits(name: str) -> bool:
        if name not in kinds:
            return False
        if name in plan.left and name not in tried:
            tried[name] = kinds[name](case)
        return tried.get(name) is not None if name in plan.left else True

    name = plan.draw(random.random(), suits)
    if name is None:
        return None
    planted = tried[name] if name in tried else kinds[name](case)
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
    for role, pair in DRAFTS.items():
        if agent in (pair.instruct.__name__, pair.edit.__name__):
            return role
    if agent == "UserTurn":
        return "user"
    if agent != "text" or any(_MATERIAL.search(str(m.get("content") or "")) for m in request["messages"]):
        return ""
    offered = {(tool.get("function") or {}).get("name") for tool in request.get("tools") or []}
    return "calls" if offered - _OWN_TOOLS else "response"
