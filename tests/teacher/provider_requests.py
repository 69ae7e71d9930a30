"""Requests that every provider is sent, with a call and its result, and with a schema."""

from __future__ import annotations

from tasks.records import Json
from tests.teacher.asking import CANARY

TOLD = f"How high is the water? {CANARY}"
TOOL: Json = {
    "type": "function",
    "function": {
        "name": "water_level",
        "description": "The water level at a place.",
        "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]},
    },
}
_CALL = {
    "id": "call_0123456789",
    "type": "function",
    "function": {"name": "water_level", "arguments": '{"place": "Wick"}'},
}
_ASKED: list[Json] = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": TOLD}]
BODY: Json = {
    "model": "m",
    "messages": [
        *_ASKED,
        {"role": "assistant", "content": "", "tool_calls": [_CALL]},
        {"role": "tool", "tool_call_id": "call_0123456789", "content": "2 m"},
    ],
    "tools": [TOOL],
    "temperature": 0.4,
    "max_tokens": 100,
    "seed": 3,
}
_TOWN = {
    "title": "Town",
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
    "additionalProperties": False,
}
STRUCTURED: Json = {
    "model": "m",
    "messages": _ASKED,
    "temperature": 0.4,
    "max_tokens": 100,
    "response_format": {"type": "json_schema", "json_schema": {"name": "Town", "schema": _TOWN, "strict": True}},
}
ANSWERED: Json = {
    "prompt_tokens": 17,
    "completion_tokens": 7,
    "prompt_tokens_details": {"cached_tokens": 5, "cache_write_tokens": 2},
}
