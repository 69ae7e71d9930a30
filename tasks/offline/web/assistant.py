"""The offline assistant on a web page: from what is seen and what is wished to the next action."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from tasks.offline.kind import Answer
from tasks.offline.prompt import Prompt, content, parsed
from tasks.offline.web.author import FIRST, SEND, TAKE, TELL
from tasks.records import digest

_ELEMENT = re.compile(
    r'^\[(?P<id>\w+)\] (?P<role>\w+) "(?P<label>[^"]*)"(?: value "(?P<value>[^"]*)")?(?: options: (?P<options>[^\n]*?))?'
    r"(?: \((?P<note>[^\n]*)\))?$",
    re.M,
)
_TITLE = re.compile(r"^[^\n|]+ \| (?P<title>[^\n]+)$", re.M)
_VALUE = re.compile(r"(?P<label>[^;:]+): (?P<value>[^;]*)")
Action = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Shown:
    """An element as the page shows it."""

    id: str
    role: str
    label: str
    value: str
    note: str


def browse(prompt: Prompt) -> Answer | None:
    """The next turn of the assistant, an action or a last word; None where the functions on offer are not a page's."""
    offered = {str(tool.get("function", tool).get("name")) for tool in prompt.tools}
    if not offered >= {"click", "type_text", "finish", "give_up"}:
        return None
    messages = prompt.messages
    wish = next((content(m) for m in messages if m.get("role") == "user"), "")
    calls = [c.get("function") or {} for m in messages for c in m.get("tool_calls") or []]
    seen = next((content(m) for m in reversed(messages) if m.get("role") == "tool"), wish)
    if calls and calls[-1].get("name") in ("finish", "give_up"):
        return Answer(_last_word(calls[-1]))
    name, arguments = _next(wish, seen, len(calls))
    raw = json.dumps(arguments, ensure_ascii=False)
    call = {
        "id": f"call_{digest(wish, len(calls), raw)[:16]}",
        "type": "function",
        "function": {"name": name, "arguments": raw},
    }
    return Answer(calls=[call])


def _last_word(call: dict[str, Any]) -> str:
    arguments = parsed(str(call.get("arguments")), {})
    if call.get("name") == "give_up":
        return f"This cannot be done here: {str(arguments.get('reason', '')).rstrip('.')}."
    answer = arguments.get("answer")
    return f"The page says: {answer}." if answer else "It is done."


def _next(wish: str, seen: str, made: int) -> Action:
    there = [_Shown(m["id"], m["role"], m["label"], m["value"] or "", m["note"] or "") for m in _ELEMENT.finditer(seen)]
    titled = _TITLE.search(seen)
    asked = next((m for w in (TELL, TAKE, FIRST, SEND) if (m := w.find(wish))), None)
    if asked is None or titled is None or made > 20:
        return "give_up", {"reason": "Nothing on this page serves the wish."}
    if titled["title"] != asked["view"]:
        if "notice: Thank you" in seen:
            return "finish", {}
        link = next((e for e in there if e.role == "link" and e.label == asked["view"]), None)
        return ("click", {"target": link.id}) if link else ("give_up", {"reason": "The site has no such page."})
    parts = asked.groupdict()
    if "values" in parts:
        return _fill(parts["values"], there, seen)
    if "value" in parts:
        return _narrow(parts, there)
    return _look_up(parts, there, seen)


def _fill(values: str, there: list[_Shown], seen: str) -> Action:
    if "notice: Your settings" in seen:
        return "finish", {}
    wanted = {m["label"].strip(): m["value"].strip() for m in _VALUE.finditer(values)}
    for element in there:
        value = wanted.get(element.label)
        if value is None or element.value == value:
            continue
        if element.role == "checkbox":
            return "set_checkbox", {"target": element.id, "checked": value == "yes"}
        if element.role == "combobox":
            return "select_option", {"target": element.id, "option": value}
        return "type_text", {"target": element.id, "text": value}
    if "notice: Not sent" in seen or not wanted.keys() <= {e.label for e in there}:
        return "give_up", {"reason": "The form does not take these values."}
    return "click", {"target": "submit"}


def _narrow(parts: dict[str, str], there: list[_Shown]) -> Action:
    by_id = {e.id: e for e in there}
    narrow, order = by_id.get(f"filter_{parts['name']}"), by_id.get("sort")
    if narrow is None or order is None:
        return "give_up", {"reason": "The list cannot be narrowed down in this way."}
    if narrow.value != parts["value"]:
        return "select_option", {"target": narrow.id, "option": parts["value"]}
    if order.value != f"{parts['fact']}, highest first":
        return "select_option", {"target": "sort", "option": f"{parts['fact']}, highest first"}
    first = next((e for e in there if e.note.startswith(f"{parts['name']}: ") or f"{parts['name']}: " in e.note), None)
    return ("finish", {"answer": first.label}) if first else ("give_up", {"reason": "No entry is left."})


def _look_up(parts: dict[str, str], there: list[_Shown], seen: str) -> Action:
    if f'heading "{parts["title"]}"' in seen:
        if "notice: Done" in seen:
            return "finish", {}
        button = next((e for e in there if e.label == parts.get("act")), None)
        return (
            ("click", {"target": button.id}) if button else ("give_up", {"reason": f"{parts['act']} is not available"})
        )
    entry = next((e for e in there if e.role == "link" and e.label == parts["title"]), None)
    if entry is not None and "fact" in parts:
        told = re.search(rf"(?:^|; ){re.escape(parts['fact'])}: ([^;]+)", entry.note)
        return ("finish", {"answer": told[1]}) if told else ("give_up", {"reason": "The entry does not say"})
    if entry is not None:
        return "click", {"target": entry.id}
    search = next((e for e in there if e.id == "search"), None)
    if search is not None and search.value != parts["title"]:
        return "type_text", {"target": "search", "text": parts["title"]}
    return "give_up", {"reason": "The list has no such entry."}
