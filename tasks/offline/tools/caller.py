"""The offline responder with tools: reads what is wanted, calls, asks for what is missing, reports."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, get_args

from prompts.schema import ToolName
from tasks.offline.kind import Answer
from tasks.offline.passage import STOP, WORD
from tasks.offline.prompt import Prompt, content, parsed
from tasks.offline.tools.functions import Function, offered, words_of
from tasks.records import digest

BOTH = "one of them without the other is of no use to me"
_DECODER = json.JSONDecoder()
_SIGN = r"\**(?: \([^()\n]*\))?\s*(?::|=|\bis\b(?: set to)?|\bset to\b|\bshould be\b)\s*"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call that the user wants: the function, the values stated so far and the required ones that are not."""

    function: Function
    arguments: dict[str, Any]
    lacking: list[str]


_TEACHERS = frozenset(get_args(ToolName))
"""What a teacher may use while it answers; the offline one needs none of them."""


def act(prompt: Prompt) -> Answer | None:
    """The next turn of the assistant, text or tool calls in OpenAI's form; None where no functions are on offer."""
    functions = [f for f in offered(prompt.tools) if f.name not in _TEACHERS]
    if not functions:
        return None
    messages, texts = prompt.messages, prompt.users
    plan = wanted(functions, texts)
    if not plan or (BOTH in texts[0] and len(plan) < 2):
        return Answer(_cannot(functions, plan))
    if short := [w for w in plan if w.lacking]:
        if len(texts) > 3:
            return Answer(f"Without the {words_of(short[0].lacking[0])} I cannot do this, so I leave it undone.")
        names = ", ".join(words_of(n) for n in dict.fromkeys(n for w in short for n in w.lacking))
        return Answer(f"To {short[0].function.phrase}, I still need to know this: {names}. What should I use?")
    made = [(str(c.get("id")), c.get("function") or {}) for m in messages for c in m.get("tool_calls") or []]
    busy = {str(m.get("tool_call_id")) for m in messages if m.get("role") == "tool" and '"busy"' in content(m)}
    done = {f"{f.get('name')} {digest(parsed(str(f.get('arguments')), {}))}" for id, f in made if id not in busy}
    rest = [w for w in plan if f"{w.function.name} {digest(w.arguments)}" not in done]
    if not rest:
        return Answer(_report(made, messages))
    # Whether calls go out one at a time is the conversation's own matter, not chance.
    alone = int(digest(texts[0])[:4], 16) % 2 == 0
    return Answer(calls=[_call(w, len(made) + i, texts[0]) for i, w in enumerate(rest[:1] if alone else rest)])


def _call(want: Wanted, number: int, text: str) -> dict[str, Any]:
    arguments = json.dumps(want.arguments, ensure_ascii=False)
    made = {"name": want.function.name, "arguments": arguments}
    return {"id": f"call_{digest(text, number, made)[:16]}", "type": "function", "function": made}


def wanted(functions: list[Function], texts: list[str]) -> list[Wanted]:
    """The calls that the user's messages ask for, in the order asked."""
    if not texts:
        return []
    found = _asked(functions, texts[0], "\n".join(texts[1:]))
    for text in texts[1:]:  # a value that was asked for, or the next request
        if _places(functions, text):
            found += _asked(functions, text, "")
    return found


def _places(functions: list[Function], request: str) -> list[tuple[int, int, Function]]:
    """Where the request speaks of a function."""
    low = request.lower()
    places: list[tuple[int, int, Function]] = []
    for function in sorted(functions, key=lambda f: -len(f.phrase)):
        phrase = function.phrase.lower()
        for m in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", low):
            if not any(a < m.end() and m.start() < b for a, b, _ in places):
                places.append((m.start(), m.end(), function))
    return sorted(places, key=lambda p: p[0])


def _asked(functions: list[Function], request: str, later: str) -> list[Wanted]:
    places = _places(functions, request)
    if not places and (loose := _closest(functions, request)):
        places = [(0, 0, loose)]
    found = []
    for i, (_, end, function) in enumerate(places):
        part = request[end : places[i + 1][0] if i + 1 < len(places) else len(request)]
        stated = values(function, part)
        stated = {**{n: v for n, v in values(function, later).items() if n not in stated}, **stated}
        ordered = {n: stated[n] for n in function.parameters if n in stated}
        found.append(Wanted(function, ordered, [n for n in function.required if n not in stated]))
    return found


def _closest(functions: list[Function], request: str) -> Function | None:
    asked = {w.lower() for w in WORD.findall(request)} - STOP
    scored = [
        (len(asked & ({w.lower() for w in WORD.findall(f"{words_of(f.name)} {f.phrase}")} - STOP)), f)
        for f in functions
    ]
    best = max(scored, key=lambda s: s[0], default=None)
    return best[1] if best and best[0] >= 3 and BOTH not in request else None


def values(function: Function, text: str) -> dict[str, Any]:
    """The parameters that the text states, as `name: value` with the value in JSON or as a plain word."""
    found: dict[str, Any] = {}
    for name in sorted(function.parameters, key=len, reverse=True):
        said = "|".join(dict.fromkeys((re.escape(name), re.escape(words_of(name)))))
        m = re.search(rf"(?<![\w“\"])(?:{said})[\"”`]?{_SIGN}", text, re.IGNORECASE)
        if not m:
            continue
        try:
            found[name], end = _DECODER.raw_decode(text, m.end())
        except (ValueError, RecursionError):
            bare = re.match(r"[^\s,;]+", text[m.end() :])
            if not bare or function.parameters[name].get("type") not in (None, "string"):
                continue
            found[name], end = bare[0].rstrip(".!?"), m.end() + bare.end()
        text = text[: m.start()] + " " * (end - m.start()) + text[end:]
    return found


def _cannot(functions: list[Function], plan: list[Wanted]) -> str:
    if plan:
        half = plan[0].function.phrase
        return (
            f"I cannot do both with the functions on offer: I could {half}, but no function provides the other thing."
        )
    listed = "; ".join(f.phrase for f in functions[:3])
    can = f" What they allow is this: {listed}." if listed else ""
    return f"I cannot do this with the functions on offer: none of them provides what the request needs.{can}"


def _report(made: list[tuple[str, dict[str, Any]]], messages: list[dict[str, Any]]) -> str:
    names = {call: str(f.get("name")) for call, f in made}
    told = []
    for m in messages:
        if m.get("role") == "tool" and '"busy"' not in content(m):  # that call was made again
            what = words_of(names.get(str(m.get("tool_call_id")), "call"))
            told.append(_told(what, parsed(content(m), {}), content(m)))
    return " ".join(told) or "All that was asked for has been done."


def _told(what: str, result: dict[str, Any], raw: str) -> str:
    if "error" in result:
        error = result["error"]
        why = error.get("message", "no reason given") if isinstance(error, dict) else error
        return f"The call to {what} failed: {str(why).rstrip('.')}."
    fields = [f"{words_of(k)} {_shown(v)}" for k, v in result.items() if not isinstance(v, dict)][:6]
    if not result or not fields or all(v in ([], "", None, 0) for v in result.values()):
        return f"The call to {what} went through but found nothing."
    head, last = ", ".join(fields[:-1]), fields[-1]
    return f"The call to {what} gave {f'{head} and {last}' if head else last}."


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(v) for v in value[:4]) or "empty"
    if isinstance(value, dict):
        return ", ".join(f"{words_of(k)} {_shown(v)}" for k, v in list(value.items())[:3])
    return (
        {True: "yes", False: "no", None: "none"}.get(value, str(value))
        if isinstance(value, bool | None)
        else str(value)
    )
