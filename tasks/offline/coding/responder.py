"""The offline responder to programming tasks: it writes code from the promise in sight, and follows scripts by it."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from tasks.offline.coding.functions import CodeKind, Slots, promised
from tasks.offline.coding.requests import ABOVE, CLAIM, REQUESTS, SUM, TOTALS, TRANSLATE

_FENCE = re.compile(r"```[\w+-]*\n(.*?)\n```", re.S)
_CALL = re.compile(r"^print\((len\()?\w+\((.*?)\)\)?\)$", re.M)
_ROWS = re.compile(r"^for \(const row of (\[.*\])\) \{$", re.M)
_OPTION = re.compile(r"^[-*( ]*([A-D])[.):*]+ +(\S.*)$")
_EXPLAINED = "two or three sentences"
_CHOICE = "The code follows the rule as it is stated. A shorter way would leave one of its cases out."
# Requests that the promise goes with, in the order in which they are tried.
_WRITES = ("tests", "complete", "repair", "same_behaviour")


def coded(message: str, salt: Any) -> str | None:
    """The answer to a programming task of the offline author; None if it is none."""
    flat = " ".join(message.split())
    answer = _written(message, flat)
    explained = answer and answer.endswith("```") and _EXPLAINED in flat
    return f"{answer}\n\n{_CHOICE}" if explained else answer


def _written(message: str, flat: str) -> str | None:
    if found := ABOVE.find(flat):
        return _fence(f"SELECT name, amount\nFROM stock\nWHERE amount > {found['limit']}\nORDER BY name;", "sql")
    if found := TOTALS.find(flat):
        return _fence(f"SELECT COUNT(amount), SUM(amount)\nFROM stock\nWHERE amount > {found['limit']};", "sql")
    if found := SUM.find(flat):
        return _fence(
            f"sum=0\nwhile read -r _ number; do\n  (( number > {found['limit']} )) && (( sum += number ))\ndone\n"
            f"printf '%d\\n' \"$sum\"",
            "bash",
        )
    known = promised(message)
    if known is None:
        return None
    kind, slots = known
    code = next(iter(_FENCE.findall(message)), "")
    if TRANSLATE.find(flat) and (rows := _ROWS.search(code)):
        calls = "\n".join(f"print({slots['name']}({row}))" for row in json.loads(rows[1]))
        return _fence(f"{kind.written(kind.code, slots)}\n\n\n{calls}", "python")
    for request in _WRITES:
        if REQUESTS[request].find(flat):
            return _fence(kind.written(kind.code, slots), "python")
    return _about(kind, slots, message, flat, code)


def _about(kind: CodeKind, slots: Slots, message: str, flat: str, code: str) -> str | None:
    name = slots["name"]
    if REQUESTS["test_suite"].find(flat):
        return _fence(assertions(kind, slots), "python")
    if REQUESTS["same_code"].find(flat) and "\n" in code:
        head, body = code.split("\n", 1)
        return _fence(f'{head}\n    """{_told(kind, slots)}"""\n{body}', "python")
    if REQUESTS["review"].find(flat):
        return _reviewed(kind, slots, code)
    if REQUESTS["design"].find(flat):
        return (
            f"The signature is `{name}(value)`, with one argument and no options.\n\nIt returns what the promise "
            f"says and leaves its "
            "argument as it is, so both callers may share the value. An argument of another type raises `TypeError`."
        )
    if REQUESTS["explain"].find(flat):
        value = kind.arguments[0]
        return (
            f"{_told(kind, slots)} It leaves its argument as it is.\n\n"
            f"For example, `{name}({value!r})` returns `{kind.expected(value, slots)!r}`."
        )
    return _followed(kind, slots, message, flat, code)


def _reviewed(kind: CodeKind, slots: Slots, code: str) -> str:
    right = kind.written(kind.longer, slots).split("\n")
    odd = [(have, want) for have, want in zip(code.split("\n"), right, strict=False) if have != want]
    if not odd:
        return "The function keeps its promise on every path; no line of it has to change."
    have, want = odd[0]
    return (
        f"One defect: the line `{have.strip() or 'missing'}` breaks the promise. It has to read `{want.strip()}`, "
        f"indented as its "
        f"neighbours are. After that, `{slots['name']}({kind.arguments[0]!r})` gives "
        f"`{kind.expected(kind.arguments[0], slots)!r}`, "
        "as it should. The rest is fine as it stands."
    )


def _followed(kind: CodeKind, slots: Slots, message: str, flat: str, code: str) -> str | None:
    """What the script prints, by the promise in its docstring."""
    if REQUESTS["error"].find(flat):
        return (
            "The first call works. The second one passes None, which the function cannot go through.\n\nAnswer: "
            + kind.breaks
        )
    results = []
    for size, argument in _CALL.findall(code):
        result = kind.expected(ast.literal_eval(argument), slots)
        results.append(str(len(result) if size else result))
    if not results:
        return None
    if REQUESTS["output"].find(flat):
        return f"The calls are worked out one after the other.\n\n```\n{chr(10).join(results)}\n```"
    if REQUESTS["value"].find(flat):
        return f"The call gives the number that is printed.\n\nAnswer: {results[-1]}"
    if found := CLAIM.find(flat):
        right = found["value"] == results[-1]
        verdict = "True" if right else "False"
        reason = f"The script prints {results[-1]}."
        return f"{reason}\n\nAnswer: {verdict}" if "Answer:" in message else f"{verdict}. {reason}"
    if REQUESTS["which"].find(flat):
        options = [m for line in message.splitlines() if (m := _OPTION.match(line))]
        held = [m[1] for m in options if m[2].strip() == results[-1]]
        return f"The call gives {results[-1]}.\n\nAnswer: {held[0]}" if held else None
    return None


def assertions(kind: CodeKind, slots: Slots) -> str:
    """Assertions on usual and border values, with results worked out without the code."""
    calls = ((value, kind.expected(value, slots)) for value in kind.arguments)
    return "\n".join(f"assert {slots['name']}({value!r}) == {result!r}" for value, result in calls)


def _told(kind: CodeKind, slots: Slots) -> str:
    return kind.promise.templates[0].format_map(slots)


def _fence(code: str, language: str) -> str:
    return f"```{language}\n{code}\n```"
