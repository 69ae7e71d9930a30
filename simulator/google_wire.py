"""Google's generateContent around the simulator's chat completions: a request of it is one of ours, and so is an answer."""

from __future__ import annotations

import json
from typing import Any

from tasks.records import Json

_FINISHES: dict[Any, str] = {"stop": "STOP", "length": "MAX_TOKENS", "tool_calls": "STOP", "content_filter": "SAFETY"}


def request(body: Json, path: str) -> Json:
    """The chat completion request that a request of generateContent stands for."""
    config = body.get("generationConfig") or {}
    system = _text((body.get("systemInstruction") or {}).get("parts") or ())
    messages = [{"role": "system", "content": system}] if system else []
    for turn in body["contents"]:
        messages += _messages(turn)
    names = {"maxOutputTokens": "max_tokens", "temperature": "temperature", "seed": "seed"}
    known = {ours: config[theirs] for theirs, ours in names.items() if theirs in config}
    declared = [each for tool in body.get("tools") or () for each in tool.get("functionDeclarations") or ()]
    tools = [
        {"type": "function", "function": {**each, "parameters": _lowered(each.get("parameters"))}} for each in declared
    ]
    form = config.get("responseJsonSchema")
    schema = {"name": form.get("title", ""), "schema": form} if form else None
    asked = {"response_format": {"type": "json_schema", "json_schema": schema}} if schema else {}
    model = path.rpartition("/")[2].partition(":")[0]
    return {"model": model, **known, "messages": messages, **({"tools": tools} if tools else {}), **asked}


def reply(completion: Json, body: Json) -> Json:
    """The answer of generateContent that a chat completion stands for; what is no completion stays as it is."""
    choices = completion.get("choices")
    if choices is None:
        return completion
    candidates = [_candidate(choice) for choice in choices]
    used = completion.get("usage") or {}
    counted = {
        "promptTokenCount": used.get("prompt_tokens", 0),
        "candidatesTokenCount": used.get("completion_tokens", 0),
    }
    total = {"totalTokenCount": sum(counted.values())}
    return {
        "candidates": candidates,
        "usageMetadata": {**counted, **total},
        "modelVersion": completion.get("model", ""),
    }


def _candidate(choice: Json) -> Json:
    said = choice["message"]
    parts: list[Json] = [{"text": said["content"]}] if said.get("content") else []
    for call in said.get("tool_calls") or ():
        function = call["function"]
        parts.append({"functionCall": {"name": function["name"], "args": _json(function["arguments"])}})
    finish = _FINISHES.get(choice.get("finish_reason"), choice.get("finish_reason"))
    return {"content": {"role": "model", "parts": parts}, "finishReason": finish, "index": choice.get("index", 0)}


def _messages(turn: Json) -> list[Json]:
    """The messages that a turn stands for. Calls have no ids there: a result has the name of what was called."""
    parts = turn.get("parts") or []
    results = [each["functionResponse"] for each in parts if "functionResponse" in each]
    calls = [each["functionCall"] for each in parts if "functionCall" in each]
    told = [{"role": "tool", "tool_call_id": each["name"], "content": _told(each["response"])} for each in results]
    called = [
        {
            "id": each["name"],
            "type": "function",
            "function": {"name": each["name"], "arguments": json.dumps(each.get("args") or {}, ensure_ascii=False)},
        }
        for each in calls
    ]
    role, text = "assistant" if turn.get("role") == "model" else "user", _text(parts)
    said = [{"role": role, "content": text, **({"tool_calls": called} if called else {})}] if text or called else []
    return [*told, *said]


def _told(response: Json) -> str:
    """What a call brought; the client wraps a text, and an object stays one."""
    if response.keys() == {"output"} and isinstance(response["output"], str):
        return str(response["output"])
    return json.dumps(response, ensure_ascii=False)


def _text(parts: Any) -> str:
    return "\n\n".join(part["text"] for part in parts if "text" in part)


def _lowered(schema: Any) -> Any:
    """A schema with its types as JSON schemas write them."""
    if isinstance(schema, list):
        return [_lowered(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value.lower() if key == "type" and isinstance(value, str) else _lowered(value)
        for key, value in schema.items()
    }


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {}
