"""What came over the wire as the body of a chat completion, whatever its wrapping: JSON, a stream, or an error inside a 200."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tasks.records import Json


def body_of(raw: Any) -> Any:
    """The body: text that is JSON is read, a stream of server-sent events is put together; anything else as it came."""
    if not isinstance(raw, str):
        return raw
    text = raw.strip()
    if text.startswith(("{", "[")):
        return _json(text)
    events = list(_events(text))
    if not events:
        return raw
    failed = next((event for event in events if event.get("error")), None)
    return failed if failed is not None else _together(events)


def error_in(body: Any) -> tuple[int, Any] | None:
    """Status and error of a body that is an error and no completion, though it came with a 200; None for any other."""
    if isinstance(body, list) and len(body) == 1:
        body = body[0]
    if not isinstance(body, dict) or body.get("choices"):
        return None
    error = body.get("error") or (body if body.get("object") == "error" else None) or body.get("detail")
    if not error:
        return None
    codes = (
        [error.get("code"), error.get("status"), body.get("code")] if isinstance(error, dict) else [body.get("code")]
    )
    status = next((int(code) for code in map(str, codes) if code.isdigit() and 400 <= int(code) < 600), 0)
    return status, error


def _events(text: str) -> Iterator[Json]:
    for line in text.splitlines():
        field, _, data = line.partition(":")
        if field == "data" and isinstance(event := _json(data.strip()), dict):
            yield event


def _together(chunks: list[Json]) -> Json:
    """The completion that a stream's chunks make."""
    message: Json = {"role": "assistant", "content": None}
    calls: dict[int, Json] = {}
    finish, usage, error = None, None, None
    for chunk in chunks:
        usage = chunk.get("usage") or usage
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
        if choice.get("index"):
            continue
        finish, error = choice.get("finish_reason") or finish, choice.get("error") or error
        # Some send the whole message where a piece of it belongs.
        delta = choice.get("delta") or choice.get("message") or {}
        for name in ("content", "reasoning_content", "refusal"):
            if isinstance(delta.get(name), str):
                message[name] = (message.get(name) or "") + delta[name]
        if isinstance(delta.get("content"), list):
            message["content"] = delta["content"]
        if isinstance(delta.get("function_call"), dict):
            _add(message.setdefault("function_call", {"name": "", "arguments": ""}), delta["function_call"])
        for number, piece in enumerate(delta.get("tool_calls") or ()):
            if isinstance(piece, dict) and isinstance(piece.get("function"), dict):
                at = piece["index"] if isinstance(piece.get("index"), int) else number
                call = calls.setdefault(at, {"type": "function", "function": {"name": "", "arguments": ""}})
                _add(call["function"], piece["function"])
    if calls:
        message["tool_calls"] = [calls[at] for at in sorted(calls)]
    choice = {"message": message, "finish_reason": finish, **({"error": error} if error else {})}
    return {"choices": [choice], "usage": usage}


def _add(function: Json, piece: Json) -> None:
    for name in ("name", "arguments"):
        if isinstance(piece.get(name), str):
            function[name] += piece[name]
        elif piece.get(name) is not None:
            function[name] = piece[name]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
