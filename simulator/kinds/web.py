"""Defects of tasks on pages, of their authors and of those who act: goals and actions astray, elements that are not there."""

from __future__ import annotations

import json
from collections.abc import Callable

from simulator.author_defects import QUESTION, Plant, in_an_item
from simulator.case import Case, Planted
from tasks.records import Json


def _goal_astray(case: Case, item: Json) -> str | None:
    """A goal that the key does not reach."""
    goal = item.get("formal") or {}
    if goal.get("entered"):
        entered = case.random.choice(goal["entered"])
        entered["value"] = {"yes": "no", "no": "yes"}.get(entered["value"], f"{entered['value']}7")
        return "entered"
    if goal.get("taken"):
        goal["taken"] = ["another_entry"]
        return "taken"
    if goal.get("answer"):
        goal["answer"] = "as much again"
        return "answer"
    return None


def _key_astray(case: Case, item: Json) -> str | None:
    """A key that leaves an action out, or acts on what is not there."""
    calls = item.get("calls") or []
    aimed = [c for c in calls[1:] if "target" in c["arguments"]]
    if len(calls) < 4 or not aimed:
        return None
    call = case.random.choice(aimed)
    if case.random.random() < 0.5:
        call["arguments"]["target"] = "somewhere_else"
        return "target"
    calls.remove(calls[-2])
    return "left_out"


def _other_wish(case: Case, item: Json) -> str | None:
    """Goal and key agree with each other and not with the wish."""
    for entered in (item.get("formal") or {}).get("entered") or []:
        for call in item.get("calls") or []:
            arguments = call["arguments"]
            if arguments.get("target") != entered["field"]:
                continue
            if "checked" in arguments:
                arguments["checked"] = not arguments["checked"]
                entered["value"] = "yes" if arguments["checked"] else "no"
                return "checkbox"
            if "text" in arguments and not arguments["text"][:4].isdigit():
                other = "19" if arguments["text"].isdigit() else "Corner shop"
                arguments["text"] = entered["value"] = other
                return "text"
    return None


def _value_withheld(case: Case, item: Json) -> str | None:
    """A value that has to be typed is not in the wish."""
    typed = [c["arguments"]["text"] for c in item.get("calls") or [] if c["name"] == "type_text"]
    named = [e["value"] for e in (item.get("formal") or {}).get("entered") or []]
    stated = [t for t in typed if t in named and t in item["instruction"] and not t.isdigit()]
    if not stated:
        return None
    item["instruction"] = item["instruction"].replace(case.random.choice(stated), "the usual", 1)
    return "value"


def _answer_told(case: Case, item: Json) -> str | None:
    answer = (item.get("formal") or {}).get("answer") or ""
    if len(answer) < 4:
        return None
    item["instruction"] += case.random.choice([f" (The answer is {answer}.)", f" I think it says {answer}."])
    return "answer"


def missing_target(case: Case) -> Planted | None:
    """An action on an element that the page does not show."""
    for position, call in enumerate(case.tool_calls):
        arguments = json.loads(call["function"]["arguments"])
        if "target" not in arguments:
            continue
        other = case.random.choice(["confirm_all", f"{arguments['target']}_2", "menu"])
        spoilt = {"name": call["function"]["name"], "arguments": {**arguments, "target": other}}
        function = {**call["function"], "arguments": json.dumps(spoilt["arguments"])}
        calls = [*case.tool_calls[:position], {**call, "function": function}, *case.tool_calls[position + 1 :]]
        return case.call_becomes(spoilt, calls, "target")
    return None


def early_end(case: Case) -> Planted | None:
    """The task is closed as done, or given up, where an action was due."""
    if not case.tool_calls or case.tool_calls[0]["function"]["name"] in ("finish", "give_up"):
        return None
    ends: list[tuple[str, Json]] = [("finish", {}), ("give_up", {"reason": "The site does not offer it."})]
    name, arguments = case.random.choice(ends)
    function = {"name": name, "arguments": json.dumps(arguments)}
    call = {**case.tool_calls[0], "function": function}
    return case.call_becomes({"name": name, "arguments": arguments}, [call], name)


WEB_TASK: dict[str, Plant] = {
    "not_self_contained": QUESTION["not_self_contained"],
    "goal_astray": in_an_item(_goal_astray, "formal", "calls"),
    "key_astray": in_an_item(_key_astray, "formal", "calls"),
    "other_wish": in_an_item(_other_wish, "formal", "calls"),
    "value_withheld": in_an_item(_value_withheld, "formal", "calls"),
    "answer_told": in_an_item(_answer_told, "formal", "calls"),
}
ACTS: dict[str, Callable[[Case], Planted | None]] = {plant.__name__: plant for plant in (missing_target, early_end)}
DEFECTS = {"web": WEB_TASK, "calls": ACTS}
