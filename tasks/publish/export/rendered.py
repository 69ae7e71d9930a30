"""Whether a rendered conversation holds all that it is made of: what is said, what is called and with what, in order.

Some templates drop calls, results or thoughts without a word, and some put down the arguments of a call twice encoded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from tasks.records import Json


def lacking(text: str, messages: Iterable[Json], tools: Iterable[Json]) -> str:
    """What the text has not, or has in a wrong form, in a few words without any of it; empty if it is whole.

    A system prompt may stand anywhere: some templates put it beside the last user's words.
    """
    place = 0
    for message in messages:
        start, anywhere = place, message["role"] == "system"
        for what, spellings in _parts(message):
            end = _end(text, spellings, 0 if anywhere else start)
            if end < 0:
                return f"the template leaves out {what}"
            place = place if anywhere else max(place, end)
        for call in message.get("tool_calls", ()):
            if wrong := _misspelt(text, call["function"]["arguments"]):
                return wrong
    if any(_end(text, _description(tool["function"]), 0) < 0 for tool in tools):
        return "the template leaves out the tools on offer"
    return ""


def _parts(message: Json) -> Iterator[tuple[str, list[str]]]:
    """What of a message must be there, each with all of its spellings."""
    who = {"tool": "the result of a call", "system": "the system prompt"}.get(
        message["role"], f"what the {message['role']} says"
    )
    if said := message["content"].strip():
        # Results are data to some templates, which write them as JSON does.
        yield who, [said, _in_json(said)] if message["role"] == "tool" else [said]
    for call in message.get("tool_calls", ()):
        yield "a call", [call["function"]["name"]]
        arguments = call["function"]["arguments"]
        for leaf in _leaves(json.loads(arguments) if isinstance(arguments, str) else arguments):
            yield "an argument of a call", _spellings(leaf)


def _description(function: Json) -> list[str]:
    """What tells that a function is on offer, and is not there for being called; its name if it has no description."""
    told = str(function.get("description") or function["name"]).strip()
    return [told, _in_json(told), json.dumps(told)[1:-1]]


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    elif value != "":
        yield value


def _spellings(leaf: Any) -> list[str]:
    """How a template may write a value: as it is, as JSON, as Python."""
    if isinstance(leaf, str):
        # Inside an argument that is an object, and that some templates write as text, it is encoded as JSON.
        return [leaf, leaf.strip(), _in_json(leaf), json.dumps(leaf)[1:-1], _in_json(_in_json(leaf))]
    return [json.dumps(leaf), str(leaf)]


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _end(text: str, spellings: Iterable[str], start: int) -> int:
    """Where the first of the spellings that is found ends; -1 if none is."""
    found = [(at, at + len(each)) for each in spellings if (at := text.find(each, start)) >= 0]
    return min(found)[1] if found else -1


def _misspelt(text: str, arguments: Any) -> str:
    """What is wrong with how the arguments of a call are written."""
    spelled = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    value = json.loads(spelled)
    if _in_json(spelled) != spelled and _in_json(spelled) in text:
        return "the template writes arguments as JSON twice encoded"
    if str(value) != spelled and str(value) in text:
        return "the template writes arguments as Python does"
    return ""
