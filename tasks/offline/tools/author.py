"""The offline author of tool tasks: requests in plain words that state every value, and the calls that serve them."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from tasks.offline.item import Item, collected, edited, refused, unsuitable
from tasks.offline.passage import STOP, WORD
from tasks.offline.prompt import Prompt, parsed
from tasks.offline.tools.caller import BOTH, Wanted, wanted
from tasks.offline.tools.functions import Function, offered, spoken, value, words_of
from tasks.records import rng

_ABSENT: tuple[tuple[str, str], ...] = (
    ("book_rowing_boat", "book a rowing boat for Saturday at noon"),
    ("print_wall_poster", "print a wall poster in three colours"),
    ("tune_harpsichord", "have the harpsichord in the hall tuned"),
    ("order_birthday_cake", "order a birthday cake with lemon icing"),
    ("reserve_squash_court", "reserve the squash court for an hour"),
    ("water_greenhouse", "water the greenhouse at dawn"),
)  # fmt: skip
_IDLE = (
    "It has been raining here since Tuesday.",
    "The kettle is on while I write this.",
    "My train leaves from platform 9 today.",
    "A neighbour recommended your service.",
    "There are 14 chairs in this room, not that it matters.",
)
_NOTHING: Item = {"calls": [], "missing": [], "answerable": True}
_OPENERS = ("Please", "Could you please", "I would like you to", "I need you to")


def tool_tasks(prompt: Prompt) -> Item:
    """The JSON of `ToolTasks` for the drawn task type."""
    functions = prompt.blocks.get("functions", "")
    offers = offered(parsed(functions, []))
    if not offers:
        return refused("There are no functions to ask for.")
    draw = rng("requesting", functions, sorted(prompt.knobs.items()), prompt.salt)
    why = "None of the functions can carry such a request."
    return collected(prompt, lambda: _task(offers, prompt.task_type, draw), why, tries=6, most=5)


def edited_tool_task(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `EditedToolTask`: one call more, a value withheld or an idle detail, by the goal."""
    offers, request = offered(parsed(prompt.blocks.get("functions", ""), [])), prompt.instruction
    goal = f"{prompt.knobs.get('goal', '')} {prompt.blocks.get('suggestion', '')}".lower()
    draw = rng("editing", request, goal, prompt.salt)
    plan = wanted(offers, [request])
    if not plan or any(w.lacking for w in plan) or BOTH in request or "formal" in prompt.blocks:
        return unsuitable("The request leaves something open already.", **_NOTHING)
    calls = [(w.function, w.arguments) for w in plan]
    withheld = ""
    if "withh" in goal or "withheld" in goal:
        withheld = _withholdable(calls, draw)
    elif "superfl" not in goal:
        spare = [f for f in offers if f.name not in {w.function.name for w in plan}]
        if spare:
            function = draw.choice(spare)
            calls.append((function, _arguments(function, draw)))
    fresh = [said for said in _IDLE if said not in request]
    idle = draw.choice(fresh) if "superfl" in goal or (not withheld and len(calls) == len(plan)) else ""
    item = _stated(offers, calls, draw, withheld, idle)
    return edited(item) if item else unsuitable("No such change leaves a sound request.", **_NOTHING)


def _task(offers: list[Function], task_type: str, draw: Random) -> dict[str, Any] | None:
    several = "multi" in task_type or "several" in task_type
    if "absent" in task_type:
        return _absent(offers, several, draw)
    if "follow_up" in task_type:
        return _followed(offers, draw)
    pool = offers
    if "missing" in task_type:
        pool = [f for f in offers if f.required] or offers
    chosen = draw.sample(pool, min(draw.choice((2, 2, 3)) if several else 1, len(pool)))
    if several and len(chosen) < 2 and len(offers) > 1:
        chosen.append(draw.choice([f for f in offers if f not in chosen]))
    if "repeated" in task_type:
        chosen = [draw.choice(offers)] * draw.choice((2, 3))
    full = "optional" in task_type
    if full:
        chosen = [max(offers, key=lambda f: len(f.parameters) - len(f.required))]
    calls = [(f, _arguments(f, draw, full)) for f in chosen]
    withheld = _withholdable(calls, draw) if "missing" in task_type else ""
    twice = any(call in calls[:number] for number, call in enumerate(calls))
    if twice or ("missing" in task_type and not withheld) or (several and len(calls) < 2):
        return None
    return _stated(offers, calls, draw, withheld, draw.choice(_IDLE) if "superfl" in task_type else "")


def _followed(offers: list[Function], draw: Random) -> dict[str, Any] | None:
    """A request, and another that comes once it is served."""
    if len(offers) < 2:
        return None
    calls = [(f, _arguments(f, draw)) for f in draw.sample(offers, 2)]
    first, second = (_stated(offers, [call], draw, "", "") for call in calls)
    if first is None or second is None:
        return None
    later = str(second["instruction"])
    read = [(w.function.name, w.arguments) for w in wanted(offers, [first["instruction"], later])]
    if read != [(f.name, arguments) for f, arguments in calls]:
        return None
    return {**first, "calls": [*first["calls"], *second["calls"]], "later": later}


def _arguments(function: Function, draw: Random, full: bool = False) -> dict[str, Any]:
    optional = [n for n in function.parameters if n not in function.required]
    few = draw.choice((0, 1, 1, 2)) if function.required else draw.choice((1, 2, 3))
    few = len(optional) if full else few
    extra = set(draw.sample(optional, min(len(optional), few)))
    names = [n for n in function.parameters if n in function.required or n in extra]
    return {n: value(n, function.parameters[n], draw) for n in names}


def _withholdable(calls: list[tuple[Function, dict[str, Any]]], draw: Random) -> str:
    """A required parameter whose value could be asked for: one call has it, and its value stands nowhere else."""
    names = [n for f, arguments in calls for n in arguments if n in f.required]
    stated = [(n, v) for _, arguments in calls for n, v in arguments.items()]
    once = [n for n in names if sum(n == m for m, _ in stated) == 1]
    hidden = [n for n in once if not any(m != n and spoken(dict(stated)[n]).strip('"') in spoken(v) for m, v in stated)]
    plain = [n for n in hidden if not isinstance(dict(stated)[n], bool)]
    return draw.choice(plain or hidden) if hidden else ""


def _stated(
    offers: list[Function], calls: list[tuple[Function, dict[str, Any]]], draw: Random, withheld: str, idle: str
) -> dict[str, Any] | None:
    sign = draw.choice((": ", " = ", " is "))
    parts = []
    for i, (function, arguments) in enumerate(calls):
        told = [f"{words_of(n)}{sign}{spoken(v)}" for n, v in arguments.items() if n != withheld]
        details = ", ".join(told)
        style = draw.choice((" ({}).", " with these details: {}."))
        with_these = style.format(details) if told else "."
        opener = draw.choice(_OPENERS) if i == 0 else draw.choice(("Then", "After that, please", "Next, please"))
        parts.append(f"{opener} {function.phrase}{with_these}")
    if idle:
        parts.insert(draw.randint(0, 1), idle)
    request = " ".join(parts)
    item = {
        "instruction": request,
        "calls": [_call(f, arguments) for f, arguments in calls],
        "missing": [withheld] if withheld else [],
        "answerable": True,
    }
    return item if _understood(offers, calls, request, withheld) else None


def _understood(
    offers: list[Function], calls: list[tuple[Function, dict[str, Any]]], request: str, withheld: str
) -> bool:
    """Whether the request, read without its key, leads to the key."""
    read: list[Wanted] = wanted(offers, [request])
    told = [(f.name, {n: v for n, v in arguments.items() if n != withheld}) for f, arguments in calls]
    return [(w.function.name, w.arguments) for w in read] == told


def _call(function: Function, arguments: dict[str, Any]) -> dict[str, Any]:
    pairs = [{"name": n, "value": json.dumps(v, ensure_ascii=False)} for n, v in arguments.items()]
    return {"name": function.name, "arguments": pairs}


def _absent(offers: list[Function], several: bool, draw: Random) -> dict[str, Any] | None:
    known = {w.lower() for f in offers for w in WORD.findall(f"{words_of(f.name)} {f.description}")} - STOP
    fit = [(n, said) for n, said in _ABSENT if len({w.lower() for w in WORD.findall(said)} & known) < 2]
    if not fit:
        return None
    name, said = draw.choice(fit)
    if name in {f.name for f in offers}:
        return None
    request = f"{draw.choice(_OPENERS)} {said}."
    if several:
        function = draw.choice(offers)
        told = ", ".join(f"{words_of(n)}: {spoken(v)}" for n, v in _arguments(function, draw).items())
        request = f"I need two things, and {BOTH}: {said}, and {function.phrase}{f' ({told})' if told else ''}."
    read = wanted(offers, [request])
    sound = len(read) < 2 if several else not read
    return {"instruction": request, "calls": [], "missing": [name], "answerable": False} if sound else None
