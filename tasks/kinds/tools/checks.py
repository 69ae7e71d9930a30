"""Checks of tool tasks: the author's key, the calls made, and what was asked for where something was missing."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from tasks.records import Json, Record
from tasks.text.dates import with_iso_dates
from tasks.text.json_schema import UnusableSchema, breaches
from tasks.text.json_values import json_object
from tasks.text.numbers import decimal_text, quantities
from tasks.text.plain import plain
from tasks.text.words import bare, holds, words

_ASKING = re.compile(
    r"\?|\b(?:please (?:provide|tell|give|specify|share|confirm|send)|could you|can you|may i|what is"
    r"|which|i need|i'll need|i still need|let me know|tell me)\b",
    re.I,
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?|\d{1,2}:\d{2}.*|[\d/.-]+")


def tool_task(record: Record) -> str | None:
    """Rejects a tool task whose key does not fit the functions on offer, the request, or what is said to be missing."""
    offered = _offered(record)
    if not offered:
        return "no function on offer"
    if not record.answerable:
        if record.calls:
            return "calls in the key of a task that cannot be served"
        if not record.missing:
            return "no missing function is named"
        return "the missing function is on offer" if set(record.missing) & offered.keys() else None
    if not record.calls:
        return "no calls in the key"
    for number, call in enumerate(record.calls, 1):
        name, arguments = call.get("name"), call.get("arguments")
        if name not in offered or not isinstance(arguments, dict):
            return f"call {number}: no such function, or arguments that are no object"
        # A later call may need what only the result of an earlier one tells.
        open_ = frozenset(offered[name].get("required", [])) - arguments.keys() if number > 1 else frozenset()
        if problem := _invalid(offered[name], arguments, frozenset(record.missing) | open_):
            return f"call {number}: {problem}"
        if problem := _unstated(offered[name], arguments, record, number):
            return f"call {number}: {problem}"
    required = {p for call in record.calls for p in offered[call["name"]].get("required", [])}
    return None if set(record.missing) <= required else "a missing parameter that no called function requires"


def _offered(record: Record) -> dict[str, Json]:
    """Function name -> schema of its parameters."""
    found: dict[str, Json] = {}
    for tool in record.tools:
        function = tool.get("function")
        if isinstance(function, dict) and isinstance(function.get("name"), str):
            parameters = function.get("parameters")
            found[function["name"]] = parameters if isinstance(parameters, dict) else {}
    return found


def _invalid(schema: Json, arguments: Json, missing: frozenset[str] = frozenset()) -> str | None:
    """What is wrong with the arguments, apart from missing parameters that are known to be missing."""
    properties = schema.get("properties")
    if (
        isinstance(properties, dict)
        and (unknown := arguments.keys() - properties.keys())
        and not schema.get("additionalProperties")
    ):
        return f"{len(unknown)} unknown arguments"
    try:
        for error in breaches(json.dumps(schema, sort_keys=True), arguments):
            if error.validator == "required" and not error.path:
                lacking = {p for p in schema.get("required", []) if p not in arguments}
                if lacking <= missing:
                    continue
            if error.path and str(error.path[0]) in missing:
                continue
            return f"arguments do not fit the schema ({error.validator})"
    except UnusableSchema:
        return "the function's schema cannot be used"
    return None


def _unstated(schema: Json, arguments: Json, record: Record, number: int) -> str | None:
    properties = schema.get("properties") or {}
    for name, value in arguments.items():
        facts = properties.get(name) if isinstance(properties.get(name), dict) else {}
        if name in record.missing:
            if _telling(value) and _stated(record.instruction, value):
                return "a value that is said to be missing stands in the request"
            continue
        # A later call may take its values from the result of an earlier one.
        if number > 1 or not isinstance(value, str) or not facts or "enum" in facts or value == facts.get("default"):
            continue
        if _DATE.fullmatch(value.strip()) or not _telling(value):
            continue
        if not _stated(record.instruction, value):
            return "a value that the request does not state"
    return None


def _telling(value: Any) -> bool:
    """Whether a value is specific enough to look for in the request."""
    if isinstance(value, bool) or value is None:
        return False
    if isinstance(value, int | float):
        return abs(value) > 1
    return (
        isinstance(value, str)
        and len(bare(value)) > 1
        and bare(value) not in {"true", "false", "none", "null", "default", "all", "any"}
    )


def _stated(text: str, value: Any) -> bool:
    """Whether the text states the value: the phrase itself, or most of its words, or a number equal to it."""
    if isinstance(value, int | float):
        return any(float(v) == value or float(scaled) == value for v, scaled in quantities(text))
    if isinstance(value, list | dict):
        return any(_stated(text, v) for v in (value.values() if isinstance(value, dict) else value))
    value = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(value))
    if holds(text, value) or plain(value) in plain(text) or holds(with_iso_dates(text), value):
        return True
    said, wanted = {_stem(w) for w in words(text)}, [_stem(w) for w in bare(value).split()]
    return bool(wanted) and sum(w in said for w in wanted) >= (len(wanted) if len(wanted) <= 2 else 0.6 * len(wanted))


def _stem(word: str) -> str:
    return re.sub(r"(?:ies|es|s|ed|ing|y)$", "", word) if len(word) > 3 else word


def _made(messages: list[Json]) -> list[tuple[int, str, Any]]:
    """The calls of a conversation: place of the message, function name, arguments (None if they are no JSON object)."""
    found: list[tuple[int, str, Any]] = []
    for place, message in enumerate(messages):
        for call in (message.get("tool_calls") or []) if message.get("role") == "assistant" else []:
            function = call.get("function") if isinstance(call, dict) else None
            function = function if isinstance(function, dict) else {}
            found.append((place, str(function.get("name")), _arguments(function.get("arguments"))))
    return found


def _arguments(raw: Any) -> Json | None:
    return json_object(raw) if isinstance(raw, str) else raw if isinstance(raw, dict) else None


def tool_calls(record: Record) -> str | None:
    """Rejects a call of an unknown function, with unfit or invented arguments, or made twice."""
    offered, seen = _offered(record), set[str]()
    for number, (place, name, arguments) in enumerate(_made(record.messages), 1):
        if name not in offered:
            return f"call {number}: no such function"
        if arguments is None:
            return f"call {number}: arguments are no JSON object"
        if problem := _invalid(offered[name], arguments):
            return f"call {number}: {problem}"
        same = json.dumps([name, arguments], sort_keys=True)
        if same in seen:
            return f"call {number}: made before"
        seen.add(same)
        said = "\n".join(
            str(m.get("content") or "") for m in record.messages[:place] if m.get("role") in {"user", "tool"}
        )
        for parameter in record.missing:
            if parameter in arguments and not _given(said, arguments[parameter]):
                return f"call {number}: a value that the user had not stated"
    return None


def _given(said: str, value: Any) -> bool:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return value in with_iso_dates(said) or bool(
            re.search(
                rf"(?<!\d)0?{int(value[8:])}(?:st|nd|rd|th)?(?!\d)|\b(?:today|tomorrow|tonight|monday|tuesday"
                rf"|wednesday|thursday|friday|saturday|sunday|weekend|week)\b",
                plain(said),
            )
        )
    return (isinstance(value, bool) or value is None or value == "") or _stated(said, value)


def missing_asked(record: Record) -> str | None:
    """Rejects a conversation that fills a gap in the request instead of asking, or calls where nothing fits."""
    if not record.missing and record.answerable:
        return None
    calls = _made(record.messages)
    if not record.answerable:
        return "calls although nothing on offer serves the request" if calls else None
    first = next((i for i, m in enumerate(record.messages) if m.get("role") == "user"), -1)
    end = next(
        (i for i, m in enumerate(record.messages) if i > first and m.get("role") == "user"), len(record.messages)
    )
    for place, _, arguments in calls:
        if place < end and any((arguments or {}).get(p) not in (None, "", []) for p in record.missing):
            return "a call with a value that the user had not given"
    asked = "\n".join(
        str(m.get("content") or "") for m in record.messages[first + 1 : end] if m.get("role") == "assistant"
    )
    names = [" ".join(w) for p in record.missing if (w := words(p.replace("_", " ")))]
    if not _ASKING.search(asked) and not any(holds(asked, n) for n in names):
        return "does not ask for what is missing"
    return None


def calls_agree(record: Record) -> str | None:
    """Rejects a conversation whose calls are not the author's: other functions, another order or other arguments.

    Only what the key states counts, for a later call may take a value from an earlier result; optional arguments may be left out.
    """
    offered = _offered(record)
    actual = [(name, arguments) for _, name, arguments in _made(record.messages) if isinstance(arguments, dict)]
    wanted = [(str(call.get("name")), call.get("arguments") or {}) for call in record.calls]
    if Counter(n for n, _ in actual) != Counter(n for n, _ in wanted):
        return "other functions were called than in the key"
    if list(dict.fromkeys(n for n, _ in actual)) != list(dict.fromkeys(n for n, _ in wanted)):
        return "the functions were called in another order than in the key"
    rest = list(actual)
    for number, (name, arguments) in enumerate(wanted, 1):
        required = set(offered.get(name, {}).get("required", []))
        stated = {p: v for p, v in arguments.items() if p not in record.missing}
        fit = next((a for a in rest if a[0] == name and _agrees(stated, a[1], required)), None)
        if fit is None:
            return f"call {number} of the key was made with other arguments"
        rest.remove(fit)
    return None


def _agrees(stated: Json, actual: Json, required: set[str]) -> bool:
    return all(_same(value, actual[p]) if p in actual else p not in required for p, value in stated.items())


def _same(wanted: Any, actual: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(actual, dict):
        return wanted.keys() == actual.keys() and all(_same(v, actual[k]) for k, v in wanted.items())
    if isinstance(wanted, list) and isinstance(actual, list):
        return len(wanted) == len(actual) and all(map(_same, wanted, actual))
    return _scalar(wanted) == _scalar(actual)


def _scalar(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    text = with_iso_dates(str(value)).strip()
    numbers = quantities(text) if re.fullmatch(r"[-+]?[\d,.]+", text) else []
    if numbers:
        return decimal_text(numbers[0][0])
    return bare(text) or plain(text)
