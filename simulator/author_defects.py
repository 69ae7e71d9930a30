"""Defects of the instruction's author, planted in one item of Questions, Rewritings, ToolTasks or an edited one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from simulator.answers import with_message
from simulator.case import Case, Planted, other_number
from tasks.records import Json

Change = Callable[[Case, Json], str | None]
"""Spoils an item in place; the variant's name, or None if there is nothing to spoil."""
Plant = Callable[[Case], Planted | None]

_QUOTE = "The committee had settled the matter behind closed doors in the spring of 1987."
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def in_an_item(change: Change, *shown: str) -> Plant:
    """Plants `change` in one of the answer's items; `shown` are the fields that tell the defect apart."""

    def planted(case: Case) -> Planted | None:
        answer: Any = json.loads(case.content) if case.content.startswith("{") else {}
        items = answer.get("items", [answer] if "instruction" in answer else [])
        if answer.get("unsuitable") or not items:
            return None
        for item in case.random.sample(items, len(items)):
            _unfold(item)
            detail = change(case, item)
            value = {name: item[name] for name in shown if name in item}
            _fold(item)
            if detail is not None:
                spoilt = with_message(case.completion, content=json.dumps(answer, ensure_ascii=False))
                return Planted(
                    completion=spoilt, where="instruction", marker=item["instruction"], detail=detail, value=value
                )
        return None

    return planted


def _unfold(item: Json) -> None:
    """Options that come with the mistakes behind them become texts, and the mistakes a list beside them."""
    options = item.get("options") or []
    if options and all(isinstance(option, dict) for option in options):
        item["mistakes"] = [option.get("mistake", "") for option in options]
        item["options"] = [option["text"] for option in options]


def _fold(item: Json) -> None:
    if (mistakes := item.pop("mistakes", None)) is not None:
        pairs = zip(mistakes, item["options"], strict=True)
        item["options"] = [{"mistake": mistake, "text": text} for mistake, text in pairs]


def _wrong_key(case: Case, item: Json) -> str | None:
    key, options = item.get("key"), item.get("options") or []
    if not key:
        return None
    first = key[0]
    if len(key) == 1 and first in _LETTERS and len(options) > 1:
        item["key"] = [case.random.choice([x for x in _LETTERS[: len(options)] if x != first])]
        return "option"
    if first.lower() in ("true", "false"):
        item["key"] = ["false" if first.lower() == "true" else "true"]
        return "truth"
    if re.fullmatch(r"-?\d+(\.\d+)?", first):
        item["key"] = [other_number(first, case.random)]
        return "number"
    if len(key) > 1 and options:
        i, j = case.random.sample(range(len(key)), 2)
        if pairs := "-" in first:
            (left, a), (right, b) = (key[i].split("-"), key[j].split("-"))
            key[i], key[j] = f"{left}-{b}", f"{right}-{a}"
        else:
            key[i], key[j] = key[j], key[i]
        return "matching" if pairs else "order"
    other = [
        w
        for w in re.findall(r"\w{4,}", item.get("passage") or case.blocks.get("passage", ""))
        if not any(w in k for k in key)
    ]
    if not other or len(first.split()) > 6:
        return None
    item["key"] = [*key[:-1], case.random.choice(other)]
    return "span" if len(key) == 1 else "set"


def _evidence_not_in_passage(case: Case, item: Json) -> str | None:
    quotes = item.get("evidence") or []
    if not item.get("answerable", True):
        return None
    words = quotes[0].split() if quotes else []
    if len(words) < 5 or case.random.random() < 0.5:
        item["evidence"] = [_QUOTE, *quotes[1:]]
        return "invented"
    words[len(words) // 2] = "reportedly"
    item["evidence"] = [" ".join(words), *quotes[1:]]
    return "altered"


def _not_self_contained(case: Case, item: Json) -> str | None:
    said = item["instruction"]
    lowered = said[:1].lower() + said[1:]
    variants = {
        "previous": f"As discussed in the previous section, {lowered}",
        "figure": f"In the figure below, the same is shown. {said}",
        "question": f"{said} Use your answer to the previous question.",
        "original": f"{said} Keep to what the original passage said before it was changed.",
    }
    detail = case.random.choice(sorted(variants))
    item["instruction"] = variants[detail]
    return detail


def _key_leak(case: Case, item: Json) -> str | None:
    key = item.get("key")
    if not key:
        return None
    option = item["options"][_LETTERS.index(key[0])] if is_choice(item) else ""
    told = f"{key[0]}, {option}" if option else ", ".join(key)
    item["instruction"] += case.random.choice(
        [f" (The answer is {told}.)", f" Hint: {told}.", f" The right answer, {told}, is in the text."]
    )
    return "option" if option else "key"


def _malformed_options(case: Case, item: Json) -> str | None:
    if not is_choice(item):
        return None
    options = item["options"]
    right = _LETTERS.index(item["key"][0])
    wrong = case.random.choice([i for i in range(len(options)) if i != right])
    detail = case.random.choice(["duplicate", "all_of_the_above", "letter_out_of_range", "lettered"])
    if detail == "duplicate":
        options[wrong] = options[right]
    elif detail == "all_of_the_above":
        options[wrong] = "All of the above"
    elif detail == "letter_out_of_range":
        item["key"] = [_LETTERS[len(options)]]
    else:
        item["options"] = [f"{letter}. {text}" for letter, text in zip(_LETTERS, options, strict=False)]
    return detail


def is_choice(item: Json) -> bool:
    key, options = item.get("key") or [], item.get("options") or []
    return len(key) == 1 and len(options) > 1 and key[0] in _LETTERS[: len(options)]


REWRITING: dict[str, Plant] = {
    "evidence_not_in_passage": in_an_item(_evidence_not_in_passage, "evidence"),
    "not_self_contained": in_an_item(_not_self_contained),
}
QUESTION: dict[str, Plant] = {
    "wrong_key": in_an_item(_wrong_key, "key"),
    **REWRITING,
    "key_leak": in_an_item(_key_leak),
    "malformed_options": in_an_item(_malformed_options, "options", "key"),
}
