"""Functions that a prompt describes in words: read as if they were offered, and called in the block that it asks for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from tasks.teacher.tool_text import RESULT, calls_in, describe_tools

_HEAD = describe_tools([], [{"function": 0}])[0]["content"].removesuffix("0")


def offered(request: dict[str, Any]) -> dict[str, Any] | None:
    """The request with its functions and calls where an endpoint that knows of them takes them; None if none are written out."""
    messages = [m for m in request.get("messages") or [] if isinstance(m, dict)]
    system = str(messages[0].get("content") or "") if messages else ""
    before, head, after = system.partition(_HEAD)
    if not head or request.get("tools"):
        return None
    described, rest = [], after.splitlines()
    while rest and rest[0].startswith("{"):
        described.append(json.loads(rest.pop(0)))
    names = [function["name"] for function in described]
    first = {**messages[0], "content": "\n".join([before.strip(), *rest]).strip()}
    tools = [{"type": "function", "function": function} for function in described]
    return {**request, "messages": [first, *_turns(messages[1:], names)], "tools": tools}


def written(text: str, calls: Sequence[dict[str, Any]]) -> str:
    """The answer with its calls as blocks."""
    return str(describe_tools([{"role": "assistant", "content": text, "tool_calls": calls}], [])[0]["content"])


def _turns(messages: Sequence[dict[str, Any]], names: list[str]) -> list[dict[str, Any]]:
    turns: list[dict[str, Any]] = []
    made = answered = 0
    for message in messages:
        said = str(message.get("content") or "")
        if message.get("role") == "user" and said.startswith(RESULT):
            turns.append({"role": "tool", "tool_call_id": str(answered), "content": said.removeprefix(RESULT)})
            answered += 1
        elif message.get("role") == "assistant":
            text, found = calls_in(said, names)
            named = [{"name": call["name"], "arguments": json.dumps(call["arguments"])} for call in found]
            calls = [{"id": str(made + n), "type": "function", "function": call} for n, call in enumerate(named)]
            made += len(calls)
            turns.append({"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {})})
        else:
            turns.append(message)
    return turns
