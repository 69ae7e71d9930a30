"""What a defect is planted in, what it gives, and the markers by which it can be found again."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random
from typing import Any

from simulator.answers import message_of, with_message
from tasks.records import Json, digest

_BLOCK = re.compile(r"<([a-z_]+)-([0-9a-f]{10})>\n(.*?)\n</\1-\2>", re.S)
_BETWEEN = re.compile(r"(?<=[.!?])\s+|\s*\n\s*")
_ABSTAINS = re.compile(
    r"\b(?:does not|doesn't|do not) (?:say|mention|state|provide|give|specify|tell|contain)"
    r"|cannot be determined|not (?:stated|given|mentioned|provided)|no information",
    re.I,
)


@dataclass
class Case:
    """A proper answer and the request it answers."""

    agent: str
    request: Json
    completion: Json
    random: Random

    @cached_property
    def content(self) -> str:
        return str(message_of(self.completion).get("content") or "")

    @property
    def abstains(self) -> bool:
        """Whether the answer is that there is none."""
        return len(self.content.split()) <= 50 and _ABSTAINS.search(self.content) is not None

    @cached_property
    def tool_calls(self) -> list[Json]:
        return list(message_of(self.completion).get("tool_calls") or [])

    @cached_property
    def asked(self) -> str:
        """All that the user says: the task, and whatever followed it."""
        return "\n\n".join(str(m.get("content") or "") for m in self.request["messages"] if m["role"] == "user")

    @cached_property
    def blocks(self) -> dict[str, str]:
        """The material by name, as `tasks.agents.blocks` lays it out."""
        return {name: text for name, _, text in _BLOCK.findall(self.asked)}

    @cached_property
    def functions(self) -> dict[str, Json]:
        """The parameters' schema of each function on offer."""
        tools = self.request.get("tools") or _list(self.blocks.get("functions", ""))
        offered = [tool.get("function", tool) for tool in tools]
        return {f["name"]: f.get("parameters") or {} for f in offered if "name" in f}

    def content_becomes(self, content: str, detail: str = "") -> Planted:
        """The planted answer with another text, marked by it."""
        spoilt = with_message(self.completion, content=content)
        marker = answer_marker(self.request["messages"], content)
        return Planted(completion=spoilt, where="answer", marker=marker, detail=detail)

    def call_becomes(self, call: Json, calls: list[Json], detail: str) -> Planted:
        """The planted answer with other calls, marked by `call`, the one that is wrong: {name, arguments}."""
        spoilt = with_message(self.completion, "tool_calls", content=None, tool_calls=calls)
        marker = call_marker(self.request["messages"], call)
        return Planted(completion=spoilt, where="call", marker=marker, detail=detail, value=call)


@dataclass(frozen=True)
class Planted:
    """A completion with a defect."""

    completion: Json
    where: str
    """What the marker is of: `answer`, `call` or `instruction`."""
    marker: str
    """Hash of task and answer or call, see below; or the instruction itself, as wrappers surround it in a row."""
    detail: str = ""
    """Which variant of the kind."""
    value: Any = None
    """An author's defective field: {"key": ...}, {"evidence": ...}, {"options": ...} or {"calls": ...}."""
    kind: str = field(default="")

    def named(self, kind: str) -> Planted:
        return replace(self, kind=kind)

    def entry(self) -> Json:
        return {k: getattr(self, k) for k in ("kind", "marker", "where", "detail", "value")}


def answer_marker(messages: list[Json], content: str) -> str:
    """Hash of a conversation's first user message and an answer in it: a short answer alone may be right elsewhere."""
    return digest("answer", _task(messages), content.strip())


def call_marker(messages: list[Json], call: Json) -> str:
    """The same for a tool call, be its arguments JSON in a string under `function` or an object."""
    function = call.get("function", call)
    arguments = function["arguments"]
    if isinstance(arguments, str):
        with contextlib.suppress(ValueError):
            arguments = json.loads(arguments)
    return digest("call", _task(messages), function["name"], arguments)


def _task(messages: list[Json]) -> str:
    return next((str(m.get("content") or "").strip() for m in messages if m["role"] == "user"), "")


def other_number(text: str, random: Random) -> str:
    """Another number near this one, written with as many decimals."""
    decimals = len(text.partition(".")[2])
    return f"{float(text) + random.choice([-1, 1, 2, 10]):.{decimals}f}"


def sentences(text: str) -> list[str]:
    return [s for s in _BETWEEN.split(text) if s]


def first_of(random: Random, variants: list[Callable[[], Any]]) -> Any:
    """What the first variant gives, in drawn order, that has something to give."""
    for variant in random.sample(variants, len(variants)):
        if (found := variant()) is not None:
            return found
    return None


def _list(text: str) -> list[Json]:
    try:
        value = json.loads(text)
    except ValueError:
        return []
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
