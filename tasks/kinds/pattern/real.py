"""Real tasks shown by examples: word problems, questions, inferences and labels, each held to what its own text says."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from tasks.checks.arithmetic import equations
from tasks.kinds.pattern.contract import Example, Pattern, Sort
from tasks.text.numbers import quantities
from tasks.text.phrases import same_phrase, says_phrase

MOST_LABELS = 4
_DIGITS = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_NOT_SAID = ("not stated", "not said", "not given", "unknown", "the text does not say", "cannot be told", "no answer")
"""Outputs of a question that its text does not answer."""
_SHORT = 12
"""Words that the answer to a question about a short text has at most."""


def unsound(pattern: Pattern, key: list[str]) -> str:
    """What is wrong with examples or key of a real task; empty if nothing is. Quotes no text."""
    check = _CHECKS.get(pattern.sort)
    return check(pattern, key) if check else ""


def _mathematics(pattern: Pattern, key: list[str]) -> str:
    worked = [*pattern.examples, Example(input=pattern.query, reasoning=pattern.reasoning, output=next(iter(key), ""))]
    for place, example in enumerate(worked, 1):
        which = f"example {place}" if place <= len(pattern.examples) else "the open case"
        found = list(equations(example.reasoning))
        if not found:
            return f"the reasoning of {which} has no equation"
        if any(not equation.holds for equation in found):
            return f"an equation of {which} is wrong"
        if not _figures(found[-1].right) & _figures(example.output):
            return f"the last equation of {which} does not give its output"
        if not any(_figures(example.input) & _figures(equation.left) for equation in found):
            return f"the reasoning of {which} uses no figure of its problem"
    return ""


def _figures(text: str) -> set[Decimal]:
    """The numbers in a text, those in words included, and both of those that make a fraction."""
    plain = (Decimal(digits) for digits in _DIGITS.findall(_THOUSANDS.sub("", text)))
    return {value for value, _ in quantities(text)} | set(plain)


def _question(pattern: Pattern, key: list[str]) -> str:
    told = [(f"example {n}", e.input, e.output) for n, e in enumerate(pattern.examples, 1)]
    told += [("the open case", pattern.query, wording) for wording in key]
    for which, text, answer in told:
        if "?" not in text:
            return f"{which} asks nothing"
        if len(answer.split()) > _SHORT:
            return f"the answer of {which} is longer than {_SHORT} words"
        before, _, question = text.rstrip().rpartition("\n") if "\n" in text.strip() else text.rpartition(". ")
        if not (says_phrase(before, answer) or _declined(answer)):
            return f"the answer of {which} does not stand in its text"
        if says_phrase(question, answer) and not _declined(answer):
            return f"the question of {which} gives its answer away"
    if sum(_declined(e.output) for e in pattern.examples) * 2 > len(pattern.examples):
        return "more than half of the examples have no answer"
    return ""


def _declined(answer: str) -> bool:
    return any(same_phrase(answer, way) for way in _NOT_SAID)


def _labels(pattern: Pattern, key: list[str]) -> str:
    outputs = [example.output.strip() for example in pattern.examples]
    labels = list(dict.fromkeys(outputs))
    if not 2 <= len(labels) <= MOST_LABELS:
        return f"{len(labels)} labels in the examples, where two to {MOST_LABELS} are wanted"
    if len(outputs) < len(labels) + 2:
        return f"{len(outputs)} examples for {len(labels)} labels"
    if any(key_part.strip() not in labels for key_part in key):
        return "no example has the label of the open case"
    return ""


_CHECKS: dict[Sort, Callable[[Pattern, list[str]], str]] = {
    "mathematics": _mathematics,
    "question": _question,
    "inference": _labels,
    "classification": _labels,
}
