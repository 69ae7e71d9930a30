"""The calls of a conversation with what came of them, and what of a result is a failure, a blank or a figure in other units."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.records import Json, Record
from tasks.text.json_values import json_object

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_MINOR = frozenset({"cent", "cents", "pence", "penny", "minor", "centimes", "centime", "ore", "rappen", "ct"})
_FAILED = frozenset({"error", "failed", "failure", "fail"})
_BLANK = (None, "", 0, False)


@dataclass(frozen=True)
class Made:
    """One call of a conversation."""

    place: int
    """Of its message."""
    name: str
    arguments: Json | None
    """None if they are no JSON object."""
    result: Any
    """What it gave, as JSON where it is JSON; None without an answer."""

    def same(self, other: Made) -> bool:
        """Whether the two are one call, whatever came of it."""
        return self.name == other.name and self.arguments == other.arguments

    @property
    def failed(self) -> bool:
        return says_failed(self.result)

    @property
    def blank(self) -> bool:
        """Whether it found or did nothing."""
        return isinstance(self.result, dict) and bool(self.result) and all(map(_is_blank, self.result.values()))


def made(messages: Sequence[Json]) -> list[Made]:
    """The calls of a conversation, in order."""
    results = {m.get("tool_call_id"): m.get("content") for m in messages if m.get("role") == "tool"}
    found: list[Made] = []
    for place, message in enumerate(messages):
        for call in (message.get("tool_calls") or []) if message.get("role") == "assistant" else []:
            function = call.get("function") if isinstance(call, dict) else None
            function = function if isinstance(function, dict) else {}
            raw = function.get("arguments")
            arguments = json_object(raw) if isinstance(raw, str) else raw if isinstance(raw, dict) else None
            result = results.get(call.get("id")) if isinstance(call, dict) else None
            found.append(Made(place, str(function.get("name")), arguments, as_json(result)))
    return found


def as_json(text: Any) -> Any:
    """The value of a JSON text; other text as it is."""
    try:
        return json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return text


def says_failed(result: Any) -> bool:
    """Whether a function's result says that the call failed."""
    if isinstance(result, str):
        return result.lower().startswith(("error", "failed"))
    if not isinstance(result, dict):
        return False
    told = {str(name).lower(): value for name, value in result.items()}
    if told.get("error") or told.get("errors") or told.get("exception"):
        return True
    if told.get("ok") is False or told.get("success") is False:
        return True
    return str(told.get("status", "")).lower() in _FAILED


def _is_blank(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_blank, value.values()))
    return not value if isinstance(value, list) else value in _BLANK


def unmended(calls: Sequence[Made]) -> list[Made]:
    """The failed calls whose function did not succeed later on."""
    return [
        call
        for number, call in enumerate(calls)
        if call.failed and not any(later.name == call.name and not later.failed for later in calls[number + 1 :])
    ]


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The values of a JSON value, each with the name of the field that it or its list stands in."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, name)
    else:
        yield name, value


def words_of(name: str) -> list[str]:
    """The words of an identifier, in small letters."""
    return [w.lower() for w in _WORDS.findall(name)]


def is_minor(name: str) -> bool:
    """Whether a field's name says that it counts hundredths of a currency."""
    return bool(set(words_of(name)) & _MINOR)


def offered(record: Record) -> dict[str, Json]:
    """Function name -> schema of its parameters."""
    found: dict[str, Json] = {}
    for tool in record.tools:
        function = tool.get("function")
        if isinstance(function, dict) and isinstance(function.get("name"), str):
            parameters = function.get("parameters")
            found[function["name"]] = parameters if isinstance(parameters, dict) else {}
    return found


def only_reads(name: str) -> bool:
    """Whether a function's name says that it looks something up and changes nothing."""
    return next(iter(words_of(name)), "") in {
        "get", "find", "list", "search", "show", "check", "fetch", "read", "look", "lookup", "query", "view", "describe",
        "count", "compare", "calculate", "estimate", "quote", "preview", "track",
    }  # fmt: skip
