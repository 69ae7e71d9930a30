"""The Messages API of Anthropic around the simulator's chat completions: a request of it is one of ours, and so is an answer."""

from __future__ import annotations

import json
from typing import Any

from tasks.records import Json, digest

_STOPS: dict[Any, str] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
}
_TOKEN = 4
"""Characters that count as one token."""


class Messages:
    """Both ways; it remembers the heads that requests asked to have kept."""

    def __init__(self) -> None:
        self._kept: set[str] = set()

    def request(self, body: Json, path: str) -> Json:
        """The chat completion request that a request of the Messages API stands for."""
        system = _text(body.get("system") or "")
        messages = [{"role": "system", "content": system}] if system else []
        for message in body["messages"]:
            messages += _messages(message["role"], message["content"])
        known: Json = {name: body[name] for name in ("model", "max_tokens", "temperature") if name in body}
        tools = [_tool(tool) for tool in body.get("tools") or ()]
        form = ((body.get("output_config") or {}).get("format") or {}).get("schema")
        schema = {"name": form.get("title", ""), "schema": form} if form else None
        asked = {"response_format": {"type": "json_schema", "json_schema": schema}} if schema else {}
        return {**known, "messages": messages, **({"tools": tools} if tools else {}), **asked}

    def reply(self, completion: Json, body: Json) -> Json:
        """The Message that a chat completion stands for; what is no completion stays as it is."""
        choices = completion.get("choices")
        if not choices:
            return completion if choices is None else {**completion, "type": "message", "content": []}
        said, used = choices[0]["message"], completion.get("usage") or {}
        blocks: list[Json] = [{"type": "text", "text": said["content"]}] if said.get("content") else []
        for number, call in enumerate(said.get("tool_calls") or ()):
            function = call["function"]
            block = {"type": "tool_use", "id": f"toolu_{number}", "name": function["name"]}
            blocks.append({**block, "input": _json(function["arguments"])})
        return {
            "id": completion.get("id", "msg"),
            "type": "message",
            "role": "assistant",
            "model": completion.get("model", ""),
            "content": blocks,
            "stop_reason": _STOPS.get(choices[0].get("finish_reason"), choices[0].get("finish_reason")),
            "stop_sequence": None,
            "usage": {
                **self._read(body, used.get("prompt_tokens", 0)),
                "output_tokens": used.get("completion_tokens", 0),
            },
        }

    def _read(self, body: Json, tokens: int) -> Json:
        """The prompt's tokens: a head that is to be kept is written the first time and read from then on."""
        system = body.get("system")
        marked = isinstance(system, list) and any("cache_control" in block for block in system)
        head = min(tokens, len(_text(system) + json.dumps(body.get("tools") or "")) // _TOKEN) if marked else 0
        name = digest(system, body.get("tools"))
        read = head if name in self._kept else 0
        if head:
            self._kept.add(name)
        told = {"cache_read_input_tokens": read, "cache_creation_input_tokens": head - read}
        return {"input_tokens": tokens - head, **told}


def _messages(role: str, content: Any) -> list[Json]:
    """The messages that one of the Messages API stands for: results of calls are messages of their own."""
    blocks: list[Json] = [{"type": "text", "text": content}] if isinstance(content, str) else content
    results = [
        {"role": "tool", "tool_call_id": block["tool_use_id"], "content": _text(block.get("content") or "")}
        for block in blocks
        if block["type"] == "tool_result"
    ]
    calls = [
        {
            "id": block["id"],
            "type": "function",
            "function": {"name": block["name"], "arguments": json.dumps(block["input"], ensure_ascii=False)},
        }
        for block in blocks
        if block["type"] == "tool_use"
    ]
    text = "\n\n".join(block["text"] for block in blocks if block["type"] == "text")
    said = [{"role": role, "content": text, **({"tool_calls": calls} if calls else {})}] if text or calls else []
    return [*results, *said]


def _tool(tool: Json) -> Json:
    told = {"name": tool["name"], "description": tool.get("description", ""), "parameters": tool["input_schema"]}
    return {"type": "function", "function": told}


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(block.get("text", "") for block in content)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
