"""The offline tool simulator and the offline user simulator."""

from __future__ import annotations

import json
import re
from typing import Any

from tasks.offline.prompt import Prompt, parsed
from tasks.offline.tools.api import TYPES
from tasks.offline.tools.functions import Function, offered, spoken, value, words_of
from tasks.records import rng

_RETURNS = re.compile(
    r"\b[Rr]eturns?\b[^a-z_]{0,3}(?:an? )?(?:object )?(?:with )?(?:the )?(?:fields? )?:?\s*(.{1,400})", re.DOTALL
)
_FIELD = re.compile(r"[`\"']?\b([A-Za-z]\w*)[`\"']?(?:\s*\(([a-z]+)[^)]*\))?(?=\s*(?:,|;|\.|$|:| and\b|\n))")
_DULL = {
    "the", "a", "an", "and", "or", "of", "with", "it", "none", "null", "true", "false", "value", "values", "object",
    "dict", "list",
}  # fmt: skip


def tool_result(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `ToolResult` for the drawn status."""
    status = prompt.knobs.get("status", "ok").lower()
    status = status if status in ("ok", "empty", "error", "busy") else "ok"
    call = parsed(prompt.blocks.get("call", ""), {})
    schemas = parsed(prompt.blocks.get("functions", ""), [])
    schema = next((s for s in schemas if isinstance(s, dict) and s.get("name") == call.get("name")), {})
    function = next(iter(offered([schema])), Function("call", ""))
    draw = rng("tool", function.name, call, status, prompt.salt)
    if status == "busy":
        return {"status": status, "result": json.dumps({"error": {"code": "busy", "message": "try again in a moment"}})}
    if status == "error":
        code, why = draw.choice(
            (
                ("forbidden", "this account may not do that"),
                ("not_found", "no such entry"),
                ("conflict", "the entry is locked"),
            )
        )
        return {"status": status, "result": json.dumps({"error": {"code": code, "message": why}})}
    if status == "empty":
        return {"status": status, "result": json.dumps({"results": [], "total": 0})}
    fields = _fields(function, schema)
    arguments = call.get("arguments")
    arguments = parsed(arguments, {}) if isinstance(arguments, str) else arguments
    echoed = {k: v for k, v in (arguments or {}).items() if isinstance(arguments, dict) and k in fields}
    result = {name: echoed.get(name, value(name, {"type": kind}, draw)) for name, kind in fields.items()}
    return {"status": status, "result": json.dumps(result, ensure_ascii=False)}


def _fields(function: Function, schema: dict[str, Any]) -> dict[str, str]:
    inner = schema.get("function", schema)
    returns = inner.get("returns") if isinstance(inner, dict) else None
    if isinstance(returns, list):
        named = {str(r["name"]): str(r.get("type", "string")) for r in returns if isinstance(r, dict) and r.get("name")}
        if named:
            return {n: t if t in TYPES else "string" for n, t in named.items()}
    if m := _RETURNS.search(function.description):
        fields = list(_FIELD.finditer(m[1]))
        # Where types are told, words without one belong to a description.
        typed = [f for f in fields if f[2]] or fields
        told = {f[1]: f[2] or "" for f in typed if f[1].lower() not in _DULL}
        if told:
            return {n: t if t in TYPES else _guess(n) for n, t in list(told.items())[:6]}
    about = [w for w in words_of(function.name).split() if len(w) > 2][-1:] or ["entry"]
    return {f"{about[0]}_id": "string", "name": "string", "count": "integer", "updated_on": "string"}


def _guess(name: str) -> str:
    if re.search(r"count|total|number|size|year|age|minutes|hours|days|quantity|length", name):
        return "integer"
    if re.search(
        r"amount|price|rate|cost|temperature|distance|weight|score|ratio|percent|latitude|longitude|balance", name
    ):
        return "number"
    return "boolean" if re.match(r"(?:is|has|was|success|ok|available|deleted|sent)", name) else "string"


def user_turn(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `UserTurn`: states a value that was asked for and is known, or ends."""
    conversation = prompt.blocks.get("conversation", "")
    turns = re.split(r"(?m)^(?=(?:user|assistant|tool|system)\s*:)", conversation)
    last = next((t for t in reversed(turns) if t.lower().startswith("assistant")), "")
    known = _known(parsed(prompt.blocks.get("goal", ""), {}))
    asked = last.lower()
    if "?" in asked:
        told = [n for n in sorted(known, key=len, reverse=True) if _mentioned(n, asked)]
        told = [n for n in told if not any(n != m and words_of(n) in words_of(m) for m in told)]
        unsaid = [
            n
            for n in told
            if not re.search(rf"(?:{re.escape(words_of(n))}): {re.escape(spoken(known[n]))}", conversation)
        ]
        if unsaid:
            draw = rng("user", conversation, prompt.knobs.get("persona", ""), prompt.salt)
            opener = draw.choice(("", "Right, ", "Sorry, I forgot: ", "Here you are, "))
            said = ", ".join(f"{words_of(n)}: {spoken(known[n])}" for n in unsaid)
            message = f"{opener}{said}."
            return {"done": False, "message": message[0].upper() + message[1:]}
    return {"done": True, "message": ""}


def _mentioned(name: str, text: str) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(n)}(?!\w)", text) for n in (name.lower(), words_of(name)))


def _known(goal: Any, depth: int = 0) -> dict[str, Any]:
    """Every named value in the goal, however it is nested; outer ones win."""
    if isinstance(goal, list):
        return {n: v for entry in goal for n, v in _known(entry, depth + 1).items()}
    if not isinstance(goal, dict) or depth > 6:
        return {}
    if set(goal) == {"name", "value"}:
        return {str(goal["name"]): _value(goal["value"])}
    inner = {
        n: v for held in goal.values() if isinstance(held, dict | list) for n, v in _known(held, depth + 1).items()
    }
    # What stands at the top describes the goal itself: the request, the list of what is missing.
    own = {str(n): v for n, v in goal.items() if depth and not (isinstance(v, list) and v and isinstance(v[0], dict))}
    return {**inner, **own}


def _value(text: Any) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return text
