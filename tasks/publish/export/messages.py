"""Messages as trainers want them: without nulls, calls with arguments as objects or as text, system prompts kept or not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from tasks.records import Json, digest

System = Literal["keep", "drop", "user"]
Calls = Literal["together", "apart"]
Arguments = Literal["objects", "text"]
Tools = Literal["beside", "told"]
_OFFER = "These functions can be called:"
_ID_LENGTH = 9
"""Letters and digits of a call's id: Mistral's template takes no other length, and nobody minds this one."""


class Unfit(ValueError):
    """A row cannot be told in a format; the message is the reason, without any of its text."""


@dataclass(frozen=True)
class Shape:
    """How messages are to be told."""

    system: System = "keep"
    """`user` puts a system prompt before the first user's words, for templates that know no system role."""
    calls: Calls = "together"
    """`apart` makes one message of each call, its result after it, for templates that take one call at a time."""
    merge: bool = False
    """Whether what one speaker says in several messages becomes one, for templates whose speakers take turns."""
    arguments: Arguments = "objects"
    """`text` for templates that put the arguments of a call down as they are."""
    tools: Tools = "beside"
    """`told` for templates that take no tools: the system prompt names them; `offered` makes such a row."""


def plain(messages: list[Json], shape: Shape, *, objects: bool = True) -> list[Json]:
    """The messages in OpenAI's chat form with no key that says nothing; `arguments` as objects, or as JSON text.

    A message of calls alone keeps `content: ""`, which most templates ask for. Unfit if a call's arguments are no object.
    """
    spoken = _with_system(
        [_message(message, objects and shape.arguments == "objects") for message in messages], shape.system
    )
    told = apart(spoken) if shape.calls == "apart" else spoken
    return merged(told) if shape.merge else told


def tools_of(row: Json) -> list[Json]:
    """The functions on offer in a row, as templates take them: `{"type": "function", "function": {...}}`; empty if none."""
    return json.loads(row["tools"]) if row.get("tools") else []


def offered(row: Json) -> Json:
    """The row or preference with its tools named by the system prompt instead of beside the messages."""
    tools = tools_of(row)
    field = "messages" if "messages" in row else "prompt"
    return {**row, field: with_offer(row[field], tools), "tools": None} if tools else row


def with_offer(messages: list[Json], tools: list[Json]) -> list[Json]:
    """The messages with one system prompt before them, which names the functions on offer after all that it says already."""
    said = [message["content"] for message in messages if message["role"] == "system"]
    offer = f"{_OFFER}\n{json.dumps(tools, ensure_ascii=False)}"
    others = [message for message in messages if message["role"] != "system"]
    return [{"role": "system", "content": "\n\n".join([*said, offer])}, *others]


def apart(messages: list[Json]) -> list[Json]:
    """The messages with each call in a message of its own, its result right after it."""
    told: list[Json] = []
    results = {message["tool_call_id"]: message for message in messages if message["role"] == "tool"}
    for message in messages:
        calls = message.get("tool_calls", ())
        if message["role"] == "tool":
            if message["tool_call_id"] in results:
                told.append(message)
        elif len(calls) < 2:
            told.append(message)
        else:
            for number, call in enumerate(calls):
                told.append({**message, "content": "" if number else message["content"], "tool_calls": [call]})
                if call["id"] in results:
                    told.append(results.pop(call["id"]))
    return told


def merged(messages: list[Json]) -> list[Json]:
    """The messages with those of one user or assistant that follow each other as one; calls end what is put together."""
    told: list[Json] = []
    for message in messages:
        last: Json = told[-1] if told else {"role": "", "content": ""}
        if message["role"] == last["role"] != "tool" and "tool_calls" not in last:
            said = [text for text in (last["content"], message["content"]) if text.strip()]
            told[-1] = {**last, **message, "content": "\n\n".join(said)}
        else:
            told.append(message)
    return told


def _message(message: Json, objects: bool) -> Json:
    told: Json = {"role": message["role"], "content": message["content"] or ""}
    if message.get("tool_calls"):
        told["tool_calls"] = [_call(call, objects) for call in message["tool_calls"]]
    if message.get("tool_call_id"):
        told["tool_call_id"] = _id(message["tool_call_id"])
    return told


def _call(call: Json, objects: bool) -> Json:
    function = call["function"]
    try:
        arguments = json.loads(function["arguments"] or "{}")
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        raise Unfit("the arguments of a call are no JSON object")
    value = arguments if objects else json.dumps(arguments, ensure_ascii=False)
    return {"id": _id(call["id"]), "type": "function", "function": {"name": function["name"], "arguments": value}}


def _id(call: str) -> str:
    return digest("call", call)[:_ID_LENGTH]


def _with_system(messages: list[Json], system: System) -> list[Json]:
    said = [message["content"] for message in messages if message["role"] == "system" and message["content"].strip()]
    others = [message for message in messages if message["role"] != "system"]
    if not said or system == "drop":
        return others
    if system == "keep":
        return [message for message in messages if message["role"] != "system" or message["content"].strip()]
    first = next((place for place, message in enumerate(others) if message["role"] == "user"), None)
    if first is None:
        raise Unfit("there is no user's message to put the system prompt into")
    asked = {**others[first], "content": "\n\n".join([*said, others[first]["content"]])}
    return [*others[:first], asked, *others[first + 1 :]]
