"""Defects of a responder that has functions on offer: wrong calls, and calls where a question was due."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from simulator import response_defects, text_defects
from simulator.author_defects import Plant, in_an_item
from simulator.case import Case, Planted, first_of
from tasks.records import Json

_WRONG_TYPE: dict[str, Any] = {
    "string": {"value": "text"},
    "integer": "several",
    "number": "several",
    "boolean": "perhaps",
    "array": "one and two",
    "object": "everything",
}
_INVENTED: dict[str, Any] = {
    "string": "Brookfield",
    "integer": 17,
    "number": 17.5,
    "boolean": True,
    "array": [],
    "object": {},
}


def _one_call_becomes(case: Case, change: Callable[[Json, Json], str | None]) -> Planted | None:
    """Plants a change of one call, given as {name, arguments} with the schema of its parameters."""
    for position in case.random.sample(range(len(case.tool_calls)), len(case.tool_calls)):
        call = case.tool_calls[position]
        spoilt = {"name": call["function"]["name"], "arguments": json.loads(call["function"]["arguments"])}
        if (detail := change(spoilt, case.functions.get(spoilt["name"], {}))) is not None:
            function = {"name": spoilt["name"], "arguments": json.dumps(spoilt["arguments"], ensure_ascii=False)}
            calls = [*case.tool_calls[:position], {**call, "function": function}, *case.tool_calls[position + 1 :]]
            return case.call_becomes(spoilt, calls, detail)
    return None


def bad_tool_arguments(case: Case) -> Planted | None:
    """Arguments that do not fit the function's schema."""

    def change(call: Json, schema: Json) -> str | None:
        properties, arguments = schema.get("properties") or {}, call["arguments"]
        typed = [name for name in arguments if properties.get(name, {}).get("type") in _WRONG_TYPE]
        enums = [name for name in arguments if properties.get(name, {}).get("enum")]
        required = [name for name in schema.get("required", []) if name in arguments]

        def wrong_type() -> str | None:
            if typed:
                name = case.random.choice(typed)
                arguments[name] = _WRONG_TYPE[properties[name]["type"]]
            return "wrong_type" if typed else None

        def missing_required() -> str | None:
            if required:
                del arguments[case.random.choice(required)]
            return "missing_required" if required else None

        def unknown_parameter() -> str:
            arguments["detail_level"] = "full"
            return "unknown_parameter"

        def invented_enum() -> str | None:
            if enums:
                arguments[case.random.choice(enums)] = "whichever_fits"
            return "invented_enum" if enums else None

        found: str | None = first_of(case.random, [wrong_type, missing_required, unknown_parameter, invented_enum])
        return found

    return _one_call_becomes(case, change)


def unknown_tool(case: Case) -> Planted | None:
    """A call of a function that is not on offer."""

    def change(call: Json, schema: Json) -> str:
        call["name"] = case.random.choice([f"{call['name']}_now", "search_everything"])
        return "name"

    return _one_call_becomes(case, change)


def wrong_call_value(case: Case) -> Planted | None:
    """A valid call with another value than the one asked for."""

    def change(call: Json, schema: Json) -> str | None:
        properties, arguments = schema.get("properties") or {}, call["arguments"]
        for name in case.random.sample(sorted(arguments), len(arguments)):
            if (other := _other_value(case, arguments[name], properties.get(name, {}))) is not None:
                arguments[name] = other
                return str(name)
        return None

    return _one_call_becomes(case, change)


def invented_parameter(case: Case) -> Planted | None:
    """Where the proper answer asks for what the request leaves out: a call at once, with values made up."""
    if case.tool_calls or not re.search(r"\?|\b(provide|specify|tell me|need)\b", case.content):
        return None
    said = case.content.lower()
    meant = [
        name
        for name, schema in case.functions.items()
        if any(p.lower() in said or p.lower().replace("_", " ") in said for p in schema.get("required", []))
    ]
    if not meant:
        return None
    name = case.random.choice(meant)
    properties = case.functions[name].get("properties") or {}
    arguments = {p: _invented(properties.get(p, {})) for p in case.functions[name]["required"]}
    spoilt = {"name": name, "arguments": arguments}
    function = {"name": name, "arguments": json.dumps(arguments)}
    call = {"id": f"call_{case.random.getrandbits(48):012x}", "type": "function", "function": function}
    return case.call_becomes(spoilt, [call], name)


def _other_value(case: Case, value: Any, schema: Json) -> Any:
    """A value of the same type that the schema allows as well; None if there is none."""
    if enum := [v for v in schema.get("enum", []) if v != value]:
        return case.random.choice(enum)
    if schema.get("enum"):
        return None
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1 if value + 1 <= schema.get("maximum", value + 1) else value - 1
    if isinstance(value, str) and (found := re.fullmatch(r"(\d{4}-\d\d-)(\d\d)(.*)", value)):
        return f"{found[1]}{'12' if found[2] != '12' else '13'}{found[3]}"
    if isinstance(value, str) and value.isdigit():
        return str(int(value) + 1)
    if isinstance(value, str) and value:
        return case.random.choice([f"{value} West", f"Upper {value}", "Brookfield"])
    if isinstance(value, list) and value:
        return value[:-1]
    return None


def _invented(schema: Json) -> Any:
    return schema["enum"][0] if schema.get("enum") else _INVENTED.get(schema.get("type", "string"), "Brookfield")


def _bad_key_call(case: Case, item: Json) -> str | None:
    """The author's call names no function on offer, lacks a required argument or gives one of the wrong type."""
    calls = [c for c in item.get("calls") or [] if c["name"] in case.functions]
    if not calls:
        return None
    call = case.random.choice(calls)
    schema = case.functions[call["name"]]
    arguments = call["arguments"]
    pairs = (
        [{"name": k, "value": json.dumps(v)} for k, v in arguments.items()]
        if isinstance(arguments, dict)
        else arguments
    )
    required = [
        p for p in pairs if p["name"] in schema.get("required", []) and p["name"] not in item.get("missing", [])
    ]
    typed = [
        p
        for p in pairs
        if (schema.get("properties") or {}).get(p["name"], {}).get("type") in ("integer", "number", "string", "boolean")
    ]

    def unknown_function() -> str:
        call["name"] = f"{call['name']}_everywhere"
        return "unknown_function"

    def missing_argument() -> str | None:
        if required:
            gone = case.random.choice(required)
            call["arguments"] = [p for p in pairs if p is not gone]
        return "missing_argument" if required else None

    def wrong_type() -> str | None:
        if typed:
            wrong = case.random.choice(typed)
            call["arguments"] = [{**p, "value": '{"value": null}'} if p is wrong else p for p in pairs]
        return "wrong_type" if typed else None

    found: str | None = first_of(case.random, [unknown_function, missing_argument, wrong_type])
    return found


TOOL_TASK: dict[str, Plant] = {"bad_key_call": in_an_item(_bad_key_call, "calls")}
CALLS: dict[str, Callable[[Case], Planted | None]] = {
    "bad_tool_arguments": bad_tool_arguments,
    "unknown_tool": unknown_tool,
    "invented_parameter": invented_parameter,
    "wrong_call_value": wrong_call_value,
    "fabricated_result": text_defects.fabricated_result,
    **{
        name: response_defects.RESPONSE[name]
        for name in ("boilerplate", "refusal_text", "prompt_leak", "cut_off", "repetition")
    },
}
DEFECTS = {"tools": TOOL_TASK, "calls": CALLS}
