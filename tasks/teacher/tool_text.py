"""Tools for models whose endpoint has none: told in plain text, asked for in a fenced block, found in the answer again."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from tasks.records import Json

_BLOCK = re.compile(r"```tool_call[ \t]*\r?\n(.*?)(?:```|\Z)", re.S)
_TOLD = """You may call tools. To call one, write a block like this and then stop; its result comes in the next message:
```tool_call
{{"name": "<tool>", "arguments": {{...}}}}
```
Several blocks make several calls. When you need no tool, answer without a block.
The tools, with the JSON schema of their arguments:
{tools}"""


def describe_tools(messages: Sequence[Json], tools: Sequence[Json]) -> list[Json]:
    """The messages with the tools described in the first and tool turns as plain text."""
    described = "\n".join(json.dumps(tool["function"], ensure_ascii=False) for tool in tools)
    lines = [_plain(message) for message in messages]
    if not tools:
        return lines
    how = _TOLD.format(tools=described)
    if lines and lines[0]["role"] == "system":
        return [{**lines[0], "content": f"{lines[0]['content']}\n\n{how}"}, *lines[1:]]
    return [{"role": "system", "content": how}, *lines]


def heard(reply: Any) -> Any:
    """The reply with the calls that its text asks for as tool calls; a block that is no call stays text."""
    try:
        choice = reply["choices"][0]
        content = choice["message"]["content"]
        found = [_call(number, block) for number, block in enumerate(_BLOCK.findall(content))]
    except (TypeError, KeyError, IndexError, ValueError):
        return reply
    if not found:
        return reply
    message = {**choice["message"], "content": _BLOCK.sub("", content).strip() or None, "tool_calls": found}
    return {**reply, "choices": [{**choice, "message": message}]}


def _plain(message: Json) -> Json:
    if message["role"] == "tool":
        return {"role": "user", "content": f"Result of the tool call:\n{message['content']}"}
    calls = [
        f'```tool_call\n{{"name": {json.dumps(call["function"]["name"])}, "arguments": {call["function"]["arguments"]}}}\n```'
        for call in message.get("tool_calls") or ()
    ]
    return {"role": message["role"], "content": "\n".join(filter(None, [message.get("content") or "", *calls]))}


def _call(number: int, block: str) -> Json:
    raw = json.loads(block)
    arguments = raw.get("arguments", {})
    return {
        "id": f"text_{number}",
        "type": "function",
        "function": {"name": str(raw["name"]), "arguments": json.dumps(arguments)},
    }
