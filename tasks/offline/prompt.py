"""The prompt as the offline teacher sees it: who is asked, for which schema, with which drawn values and material."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

import prompts
from tasks.records import rng

_BLOCK = re.compile(r"^<([a-z_]+)-([0-9a-f]{10})>\n(.*?)\n?</\1-\2>[ \t]*$", re.DOTALL | re.MULTILINE)
_KNOB = re.compile(r"^- ([a-z_ ]+): (.*)$", re.MULTILINE)
_TITLE = re.compile(r'"title"\s*:\s*"(\w+)"')
_LEVELS = ("easy", "medium", "hard")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A request in its parts."""

    role: str
    """First lines of the system prompt."""
    system: str
    human: str
    """The message that holds the material, or the last one of the user."""
    knobs: dict[str, str]
    blocks: dict[str, str]
    contract: str
    """Name of the schema asked for; empty for plain text."""
    schema: dict[str, Any]
    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    salt: Any = field(default=None)
    """The request's sampling seed: it may change the wording, never what is true."""

    @property
    def passage(self) -> str:
        return self.blocks.get("passage", "")

    @property
    def instruction(self) -> str:
        return self.blocks.get("instruction", "")

    @property
    def goal(self) -> str:
        return self.knobs.get("goal", "")

    @property
    def task_type(self) -> str:
        return self.knobs.get("task_type", "").lower()

    @property
    def count(self) -> int:
        """How many items are wanted."""
        return int(self.knobs["count"]) if self.knobs.get("count", "").isdecimal() else 1

    @property
    def difficulty(self) -> str:
        asked = self.knobs.get("difficulty", "")
        return asked if asked in _LEVELS else "medium"

    @property
    def users(self) -> list[str]:
        """What the user has said, message by message."""
        return [content(m) for m in self.messages if m.get("role") == "user"]

    @property
    def asked(self) -> str:
        """The last message of the user."""
        return self.users[-1] if self.users else ""

    @property
    def earlier(self) -> str:
        """What the conversation held before the last message of the user; nothing if that is all there is."""
        users = self.users
        return "\n\n".join([self.system, *users[:-1]]).strip() if len(users) != 1 else ""

    def draws(self, name: str) -> Random:
        """The author's random numbers: the same for the same passage and knobs."""
        return rng(name, self.passage, sorted(self.knobs.items()), self.salt)


def read(request: dict[str, Any], schemas: Collection[str]) -> Prompt:
    """The parts of a chat completion request that may ask for one of these schemas; what is malformed counts as absent."""
    messages, returned = _without_repairs([m for m in request.get("messages") or [] if isinstance(m, dict)])
    system = "\n".join(content(m) for m in messages if m.get("role") in ("system", "developer"))
    users = [content(m) for m in messages if m.get("role") == "user"]
    human = next((u for u in users if _BLOCK.search(u)), users[-1] if users else "")
    blocks = {m[1]: m[3] for m in _BLOCK.finditer(human)}
    around = _BLOCK.sub("", human)
    contract, schema = _contract(request, f"{system}\n{around}", schemas)
    return Prompt(
        role=system[:300].lower(),
        system=system,
        human=human,
        knobs={m[1].strip().replace(" ", "_"): m[2].strip() for m in _KNOB.finditer(around)}
        if blocks or contract
        else {},
        blocks=blocks,
        contract=contract,
        schema=schema,
        messages=messages,
        tools=[t for t in request.get("tools") or [] if isinstance(t, dict)],
        salt=[request.get("seed"), returned] if returned else request.get("seed"),
    )


def _without_repairs(messages: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """The messages without answers that were given back and what was said to that, and how many there were.

    It answers what it was asked at first once more, by other draws.
    """
    returned = 0
    while len(messages) > 2 and content(messages[-1]).startswith(_repair_openings()):
        messages = messages[:-2]
        while len(messages) > 1 and messages[-1].get("role") == "tool":
            messages = messages[:-2]
        returned += 1
    return messages, returned


@cache
def _repair_openings() -> tuple[str, ...]:
    """How the turns begin with which an answer is given back."""
    files = prompts.shared_files()
    return tuple(files[name].read_text(encoding="utf-8").partition("{")[0] for name in ("repair", "repair_response"))


def content(message: dict[str, Any]) -> str:
    """The text of a message; of parts, those that are text."""
    body = message.get("content")
    if isinstance(body, list):
        return "\n".join(str(p.get("text", "")) for p in body if isinstance(p, dict))
    return body if isinstance(body, str) else ""


def _contract(request: dict[str, Any], around: str, schemas: Collection[str]) -> tuple[str, dict[str, Any]]:
    wanted = request.get("response_format")
    inner = wanted.get("json_schema") if isinstance(wanted, dict) else None
    if isinstance(inner, dict):
        schema = inner.get("schema") if isinstance(inner.get("schema"), dict) else {}
        names = [inner.get("name"), schema.get("title") if isinstance(schema, dict) else None]
        known = [n for n in names if n in schemas]
        return str(known[0] if known else names[0] or names[1] or "schema"), schema or {}
    if title := next((m[1] for m in _TITLE.finditer(around) if m[1] in schemas), None):
        return title, {}
    if isinstance(wanted, dict) and wanted.get("type") == "json_object":
        return "schema", _first_object(around)
    return "", {}


def _first_object(text: str) -> dict[str, Any]:
    start = text.find("{")
    while start >= 0:
        try:
            found, _ = json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and "properties" in found:
            return found
        start = text.find("{", start + 1) if start < 20_000 else -1
    return {}


def parsed(text: str, default: Any) -> Any:
    """The JSON value of a block, or the default where it is none or of another type."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return default
    return value if isinstance(value, type(default)) else default
