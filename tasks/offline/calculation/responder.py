"""The offline responder to tasks without a context: it works with the figures and facts that stand in the task."""

from __future__ import annotations

import re
from fractions import Fraction
from math import prod
from typing import Any

from tasks.offline.calculation.statements import FACTS, LONGEST, NAME, REQUESTS, THIRD, longest_word, only_name
from tasks.offline.calculation.stories import SENSITIVE, STORIES, amount, digits, told
from tasks.offline.view import split

_CLOSINGS = {
    "compare": "Both speak of {topic}; beyond that word each makes a claim of its own, and neither repeats the other.",
    "suppose": "Were the first false, whatever is built on it would need another look. The second is a statement of its own "
    "and stands or falls by its own evidence.",
    "advise": "A decision can count on what these statements say and on nothing else; costs, risks and people "
    "beyond them remain open.",
    "check": "Each needs an observation of its own: one looks whether things are as the statement says, and a single clear "
    "case to the contrary would be enough to reject it.",
    "order": "Begin with the first, because it can be grasped by itself. Then give the second, and let the newcomer say what "
    "the word {topic} does in both.",
    "explain": "A newcomer learns what {topic} has to do with each of them. Why it is so, and how far it holds elsewhere, they "
    "leave open.",
}


def estimated(message: str, salt: Any) -> str | None:
    """The answer to a task of :mod:`tasks.offline.calculation.stories` or `statements`; None if it is none."""
    if slots := told(message):
        return _reckoned(slots, message)
    if found := FACTS.find(message):
        return _explained(message, found["topic"], [found["first"], found["second"]])
    for wording, slot, solve, lead in (
        (NAME, "named", only_name, "The one name in the statement is"),
        (LONGEST, "worded", longest_word, "The word with the most letters is"),
    ):
        if (found := wording.find(message)) and (answer := solve(found[slot])):
            return answer if "only the words" in message else f"{lead} {answer}."
    return None


def _explained(message: str, topic: str, facts: list[str]) -> str:
    request = next((name for name, wording in REQUESTS.items() if wording.find(message)), "explain")
    third = THIRD.find(message)
    lines = [f"The first says that this holds: {facts[0]}", f"The second adds: {facts[1]}"]
    lines += [f"And the third: {third['third']}"] if third else []
    return "\n\n".join([*lines, _CLOSINGS[request].format(topic=f"“{topic}”")])


def _reckoned(slots: dict[str, str], message: str) -> str:
    if "story" not in slots:
        return (
            "It cannot be determined: the task does not say how much there is for each of the "
            f"{slots['number']} {slots['noun']}, so the total has no basis."
        )
    hint = split(message, int(slots["start"]), int(slots["end"])).hint.lower()
    if slots["asks"] == "exact":
        return _exact(slots)
    if slots["asks"] == "sensitivity":
        return _sensitive(slots, message)
    if slots["asks"] == "claim":
        return _judged(slots, hint)
    return _estimate(slots)


def _factors(slots: dict[str, str]) -> dict[str, tuple[Fraction, Fraction, Fraction]]:
    """Low, middle and high of each assumption."""
    named = {"amount for each": ("low", "mid", "high"), "number of lots": ("few", "lots", "many"),
             "share counted": ("least", "share", "most")}  # fmt: skip
    return {
        name: (amount(slots[low]), amount(slots[mid]), amount(slots[high]))
        for name, (low, mid, high) in named.items()
        if all(slot in slots for slot in (low, mid, high))
    }


def _totals(slots: dict[str, str]) -> tuple[Fraction, Fraction, Fraction]:
    per = STORIES[int(slots["story"])].per
    ranged = _factors(slots).values()
    low, mid, high = (amount(slots["number"]) * prod(r[i] for r in ranged) / per for i in range(3))
    return low, mid, high


def _working(slots: dict[str, str], at: int, total: Fraction) -> str:
    per = STORIES[int(slots["story"])].per
    figures = [amount(slots["number"]), *(r[at] for r in _factors(slots).values())]
    return f"{' × '.join(map(digits, figures))}{f' / {per}' if per > 1 else ''} = {digits(total)}"


def _assumed(slots: dict[str, str]) -> str:
    story = STORIES[int(slots["story"])]
    lines = [f"- Given: {slots['number']} {slots['noun']}."]
    for name, (low, mid, high) in _factors(slots).items():
        unit = f" {story.each}" if name == "amount for each" else ""
        lines.append(
            f"- Assumed, {name}: {digits(mid)}{unit}, from {digits(low)} to {digits(high)}, because the task sets these limits."
        )
    if story.per > 1:
        lines.append(f"- {story.per} {story.each} make one of the unit asked for, {story.unit}.")
    return "\n".join(lines)


def _estimate(slots: dict[str, str]) -> str:
    low, mid, high = _totals(slots)
    at = {"lower": 0, "value": 1, "upper": 2}[slots["asks"]]
    total, unit = (low, mid, high)[at], slots["unit"]
    told_range = f"At the ends of the assumptions the total lies between {digits(low)} and {digits(high)} {unit}."
    working = f"Calculation, in {unit}: {_working(slots, at, total)}"
    return f"{_assumed(slots)}\n\n{working}\n\n{told_range}\n\nAnswer: {digits(total)} {unit}"


def _judged(slots: dict[str, str], hint: str) -> str:
    _, mid, _ = _totals(slots)
    claim, factor = amount(slots["claim"]), amount(slots["factor"])
    right = max(claim, mid) <= factor * min(claim, mid)
    reason = (
        f"The figures give {_working(slots, 1, mid)} {slots['unit']}.\n\nThe claim of {slots['claim']} is "
        f"{'within' if right else 'further off than'} a factor of {digits(factor)}."
    )
    word = "True" if right else "False"
    return f"{reason}\n\nAnswer: {word}" if "answer:" in hint else f"{word}. {reason}"


def _exact(slots: dict[str, str]) -> str:
    story = STORIES[int(slots["story"])]
    whole = amount(slots["number"]) * amount(slots["mid"]) / story.per
    left = whole * (100 - amount(slots["percent"])) / 100
    scale = f" / {story.per}" if story.per > 1 else ""
    first = f"{digits(amount(slots['number']))} × {slots['mid']}{scale} = {_cents(whole)}"
    return (
        f"The whole comes to {first} {slots['unit']}. Of that {slots['percent']} % is lost, so "
        f"{100 - int(slots['percent'])} % remains.\n\nAnswer: {_cents(left)}"
    )


def _cents(value: Fraction) -> str:
    units = (value * 200 + 1) // 2
    return f"{units // 100}.{units % 100:02d}"


def _sensitive(slots: dict[str, str], message: str) -> str:
    swings = {name: high / low for name, (low, _, high) in _factors(slots).items()}
    most = max(swings, key=lambda name: swings[name])
    shown = "; ".join(f"{name} by a factor of {digits(swings[name])}" for name in SENSITIVE if name in swings)
    letter = re.search(rf"([A-H])\W{{1,6}}{re.escape(most)}", message[int(slots["end"]) :])
    return f"Between its limits each moves the total as follows: {shown}.\n\nAnswer: {letter[1] if letter else most}"
