"""Checks of tool tasks: the author's key, the calls made, and what was asked for where something was missing."""

from __future__ import annotations

import json
import re
from typing import Any

from tasks.checks.check import Doubt, Finding, together
from tasks.kinds.tools.shape import misshapen
from tasks.kinds.tools.trace import made, offered, unmended
from tasks.kinds.tools.values import given, is_date, stated, telling
from tasks.records import Json, Record
from tasks.text.json_schema import UnusableSchema, breaches
from tasks.text.words import holds, words

_ASKING = re.compile(
    r"\?|\b(?:please (?:provide|tell|give|specify|share|confirm|send)|could you|can you|may i|what is"
    r"|which|i need|i'll need|i still need|let me know|tell me)\b",
    re.I,
)
Problem = tuple[str, str]
"""What is wrong, quoting no text, and the argument in question."""


def tool_task(record: Record) -> str | Finding | Doubt | None:
    """Rejects a tool task whose key does not fit the functions on offer, the request, or what is said to be missing."""
    known = offered(record)
    if not known:
        return "no function on offer"
    if not record.answerable:
        if record.calls:
            return "calls in the key of a task that cannot be served"
        if not record.missing:
            return "no missing function is named"
        return "the missing function is on offer" if set(record.missing) & known.keys() else None
    if not record.calls:
        return "no calls in the key"
    doubts: list[Doubt] = []
    for number, call in enumerate(record.calls, 1):
        name, arguments = call.get("name"), call.get("arguments")
        if name not in known or not isinstance(arguments, dict):
            return f"call {number}: no such function, or arguments that are no object"
        # A later call may need what only the result of an earlier one tells.
        open_ = frozenset(known[name].get("required", [])) - arguments.keys() if number > 1 else frozenset()
        if problem := _invalid(known[name], arguments, frozenset(record.missing) | open_):
            return _of_call(number, problem)
        unstated = _unstated(known[name], arguments, record, number)
        if isinstance(unstated, Finding):
            return unstated
        doubts += unstated
    if shape := misshapen(record):
        return shape
    if record.task_type == "follow_up_request" and (not record.formal.get("later") or len(record.calls) < 2):
        return "no second request, or no calls for it"
    required = {p for call in record.calls for p in known[call["name"]].get("required", [])}
    if not set(record.missing) <= required:
        return Finding(
            "a missing parameter that no called function requires",
            told=", ".join(sorted(set(record.missing) - required)),
        )
    return together(doubts)


def _of_call(number: int, problem: Problem) -> Finding:
    return Finding(f"call {number}: {problem[0]}", told=problem[1])


def _invalid(schema: Json, arguments: Json, missing: frozenset[str] = frozenset()) -> Problem | None:
    """What is wrong with the arguments, apart from missing parameters that are known to be missing."""
    properties = schema.get("properties")
    if (
        isinstance(properties, dict)
        and (unknown := arguments.keys() - properties.keys())
        and not schema.get("additionalProperties")
    ):
        return f"{len(unknown)} unknown arguments", ", ".join(sorted(unknown))
    try:
        for error in breaches(json.dumps(schema, sort_keys=True), arguments):
            if error.validator == "required" and not error.path:
                lacking = {p for p in schema.get("required", []) if p not in arguments}
                if lacking <= missing:
                    continue
            if error.path and str(error.path[0]) in missing:
                continue
            return f"arguments do not fit the schema ({error.validator})", ".".join(map(str, error.path))
    except UnusableSchema:
        return "the function's schema cannot be used", ""
    return None


def _unstated(schema: Json, arguments: Json, record: Record, number: int) -> Finding | list[Doubt]:
    """What is wrong with values that the request states or not; doubts where words of it may mean the value."""
    properties = schema.get("properties") or {}
    doubts: list[Doubt] = []
    for name, value in arguments.items():
        facts = properties.get(name) if isinstance(properties.get(name), dict) else {}
        if name in record.missing:
            if telling(value) and stated(record.instruction, value):
                return _of_call(
                    number, ("a value that is said to be missing stands in the request", _said(name, value))
                )
            continue
        # A later call may take its values from the result of an earlier one.
        if number > 1 or not isinstance(value, str) or not facts or "enum" in facts or value == facts.get("default"):
            continue
        if is_date(value) or not telling(value):
            continue
        if not stated(record.instruction, value):
            doubts.append(
                Doubt(
                    f"call {number}: a value that the request does not state",
                    "Does the request say this value, in whatever words or form, or leave no choice but it?",
                    {"argument": _said(name, value), "what it is": str(facts.get("description") or name)},
                    _said(name, value),
                )
            )
    return doubts


def _said(name: str, value: Any) -> str:
    return f"{name}: {json.dumps(value, ensure_ascii=False)}"


def tool_calls(record: Record) -> str | Finding | Doubt | None:
    """Rejects a call of an unknown function, with unfit arguments, or made again though it had not failed.

    A value that the user seems not to have given is a doubt.
    """
    known, done = offered(record), set[str]()
    doubts: list[Doubt] = []
    for number, call in enumerate(made(record.messages), 1):
        if call.name not in known:
            return f"call {number}: no such function"
        if call.arguments is None:
            return f"call {number}: arguments are no JSON object"
        problem = _invalid(known[call.name], call.arguments)
        # A call that the function refused, and that was mended, is part of what a student can learn.
        if problem and not call.failed:
            return _of_call(number, problem)
        same = json.dumps([call.name, call.arguments], sort_keys=True)
        if same in done:
            return f"call {number}: made before"
        if not call.failed:
            done.add(same)
        said = "\n".join(
            str(m.get("content") or "") for m in record.messages[: call.place] if m.get("role") in {"user", "tool"}
        )
        for parameter in record.missing:
            if parameter in call.arguments and not given(said, call.arguments[parameter]):
                argument = _said(parameter, call.arguments[parameter])
                doubts.append(
                    Doubt(
                        f"call {number}: a value that the user had not stated",
                        "Had the user given this value before the call was made, or a result, in whatever words or form?",
                        {"argument": argument},
                        argument,
                    )
                )
    return together(doubts)


def missing_asked(record: Record) -> str | Doubt | None:
    """Rejects a conversation that fills a gap in the request instead of asking, or calls where nothing fits."""
    if not record.missing and record.answerable:
        return None
    calls = made(record.messages)
    if not record.answerable:
        return "calls although nothing on offer serves the request" if calls else None
    first = next((i for i, m in enumerate(record.messages) if m.get("role") == "user"), -1)
    end = next(
        (i for i, m in enumerate(record.messages) if i > first and m.get("role") == "user"), len(record.messages)
    )
    for call in calls:
        if call.place < end and any((call.arguments or {}).get(p) not in (None, "", []) for p in record.missing):
            return "a call with a value that the user had not given"
    asked = "\n".join(
        str(m.get("content") or "") for m in record.messages[first + 1 : end] if m.get("role") == "assistant"
    )
    names = [" ".join(w) for p in record.missing if (w := words(p.replace("_", " ")))]
    if not _ASKING.search(asked) and not any(holds(asked, n) for n in names) and not unmended(calls):
        return Doubt(
            "does not ask for what is missing",
            "Does the assistant let the user know what is missing, so that the user can supply it?",
            {"missing": ", ".join(record.missing)},
        )
    return None
