"""Calls of functions: as an author states them, and as messages of a conversation carry them."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field, model_validator

from tasks.records import Json, digest
from tasks.teacher import Answer
from tasks.teacher.contract import Contract

Plain = bool | int | float | str


class Argument(Contract):
    name: str
    value: Plain | list[Plain] = Field(
        description="the value itself, of its parameter's type; an object, or a list that holds objects, as its JSON text"
    )


class Call(Contract):
    """One call of a function. A model may give `arguments` as a list of name/value pairs or as an object."""

    name: str
    arguments: list[Argument] = Field(default=[])

    @model_validator(mode="before")
    @classmethod
    def _object_to_pairs(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and isinstance(raw.get("arguments"), dict):
            pairs = [{"name": k, "value": _plain(v)} for k, v in raw["arguments"].items()]
            return {**raw, "arguments": pairs}
        return raw


def _plain(value: Any) -> Any:
    """A value out of an object, whose strings are strings whatever they look like."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    members = value if isinstance(value, list) else [value]
    return value if all(isinstance(m, Plain) for m in members) else json.dumps(value, ensure_ascii=False)


def calls_of(answer: Answer, *parts: object) -> list[Json]:
    """The answer's calls in OpenAI's form, with ids made of `parts`."""
    return [
        {
            "id": f"call_{digest(*parts, number)[:16]}",
            "type": "function",
            "function": {"name": call["name"], "arguments": json.dumps(call["arguments"], ensure_ascii=False)},
        }
        for number, call in enumerate(answer.tool_calls)
    ]


def result_of(call: Json, content: str) -> Json:
    """The message that answers a call."""
    return {"role": "tool", "tool_call_id": call["id"], "content": content}
