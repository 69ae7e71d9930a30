"""What a report on calls leaves out of their results, and figures beside the name of a field that are not its values."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from tasks.checks.check import Doubt
from tasks.checks.figures import figures
from tasks.kinds.tools.trace import Made, is_minor, leaves, words_of
from tasks.text.phrases import says_phrase
from tasks.text.plain import plain
from tasks.text.words import holds

_LONGEST = 60
"""Characters of a value that a report is to give as it stands."""
_MOST = 8
"""Entries of a list that a report can be expected to name one by one."""
_ON_THE_CALL = frozenset({"status", "state", "message", "outcome", "note", "ok", "success", "done"})
"""Fields that say how a call went, which a report says in words of its own."""


def left_out(text: str, calls: list[Made]) -> Doubt | None:
    """Doubts a report that does not give the one thing a call was made for, or one entry of the short list that it gave."""
    used = [str(v) for call in calls for _, v in leaves(call.arguments)]
    for call in calls:
        told = [] if call.failed else [(n, v) for n, v in leaves(call.result) if _telling(v)]
        names = {name for name, _ in told}
        if len(names) != 1 or len(told) > _MOST or _ON_THE_CALL & set(words_of(next(iter(names)))):
            continue
        if all(str(v) in used for _, v in told) or _again(call, calls):
            continue
        lacking = [v for n, v in told if not _says(text, v, n)]
        # Of a list some entries may be what was asked for, and the rest not.
        if lacking and (len(lacking) == len(told) or len(lacking) == 1):
            return Doubt(
                "the report leaves out what a call gave",
                "Does the last message tell the user what this call gave, as far as it was asked for?",
                {"result of the call": str(call.result), "last message": text},
            )
    return None


def field_given_otherwise(text: str, calls: list[Made], seen: str) -> Doubt | None:
    """Doubts a report with a figure beside the name of a field that no call has there, and that nobody gave."""
    fields: dict[str, set[Fraction]] = {}
    for call in calls:
        for name, value in [*leaves(call.result), *leaves(call.arguments)]:
            if isinstance(value, int | float) and not isinstance(value, bool):
                exact = Fraction(str(value))
                fields.setdefault(" ".join(words_of(name)), set()).update(
                    {exact, exact / 100} if is_minor(name) else {exact}
                )
    known = {f.value for f in figures(seen)}
    for name, values in fields.items():
        for found in re.finditer(
            rf"\b{re.escape(name)}(?: is| was| are| of|:| =)? (\d+(?:\.\d+)?)\b(?![,\d]|\.\d|%)", plain(text)
        ):
            if (said := Fraction(found[1])) not in values and said not in known:
                return Doubt(
                    "a field is given a figure that it does not have",
                    "The message gives a figure for this field of a result. Is it right by the results and the request?",
                    {"field": name, "last message": text},
                )
    return None


def _telling(value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return False
    return isinstance(value, int | float) or (isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST)


def _again(call: Made, calls: list[Made]) -> bool:
    """Whether a later call asks the same, so that what it gives is what is told."""
    return any(other.place > call.place and other.name == call.name for other in calls)


def _says(text: str, value: Any, name: str) -> bool:
    if isinstance(value, str):
        return holds(text, value) or says_phrase(text, value) or plain(value) in plain(text)
    exact = Fraction(str(value))
    for f in figures(text):
        step = Fraction(1, 2) / Fraction(10) ** f.places
        shapes = (exact, exact / 100, exact * 100, exact / 60, exact / 3600, exact / 1000)
        if any(abs(shape - said) <= step for shape in shapes for said in (f.value, f.scaled)):
            return True
    return not exact and not is_minor(name)
