"""Figures and conversations of two runs as a person reads them, in a terminal and on a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from tasks.publish.comparison.changes import NONE
from tasks.publish.comparison.figures import Figure, Unit
from tasks.publish.comparison.pairs import Pair
from tasks.records import Json


def shown(value: float | None, unit: Unit) -> str:
    """A figure with its unit."""
    if value is None:
        return NONE
    if unit == "share":
        return f"{value:.1%}"
    if unit == "dollars":
        return f"${value:,.4f}" if abs(value) < 1 else f"${value:,.2f}"
    if unit == "seconds":
        return f"{value // 60:.0f} min {value % 60:02.0f} s" if value >= 60 else f"{value:.1f} s"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def change_of(figure: Figure) -> str:
    """How the second of a figure differs from the first."""
    if figure.a is None or figure.b is None:
        return "only in B" if figure.a is None else "only in A"
    if figure.a == figure.b:
        return "="
    if figure.unit == "share":
        return f"{100 * (figure.b - figure.a):+.1f} points"
    return f"{(figure.b - figure.a) / abs(figure.a):+.0%}" if figure.a else f"+{shown(figure.b, figure.unit)}"


def parts(pair: Pair) -> Iterator[tuple[str, str, str]]:
    """What two records say, side by side: name, and the text of each; "" where it has none.

    Without their records only the conversations can be told, and their opening holds passage and task together.
    """
    a, b = pair.records
    if a and b:
        for name in ("passage", "instruction", "options", "key", "constraints", "calls"):
            both = _spelled(getattr(a, name)), _spelled(getattr(b, name))
            if any(both):
                yield name, *both
    yield from _conversation(pair.a["messages"], pair.b["messages"], opening=not (a and b))


def _conversation(a: Sequence[Json], b: Sequence[Json], *, opening: bool) -> Iterator[tuple[str, str, str]]:
    """The messages; an answer stands beside an answer even where one has a system prompt or a turn more."""
    systems = [[message for message in side if message["role"] == "system"] for side in (a, b)]
    turns = [[message for message in side if message["role"] != "system"][not opening :] for side in (a, b)]
    for left, right in [*zip_longest(*systems), *zip_longest(*turns)]:
        roles = dict.fromkeys(message["role"] for message in (left, right) if message)
        yield " / ".join(roles), _said(left), _said(right)


def _spelled(value: object) -> str:
    if isinstance(value, str):
        return value
    assert isinstance(value, list)
    return "\n".join(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in value)


def _said(message: Json | None) -> str:
    if message is None:
        return ""
    calls = [call["function"] for call in message.get("tool_calls") or ()]
    lines = [message.get("content") or "", *(f"→ {call['name']}({_arguments(call)})" for call in calls)]
    return "\n".join(filter(None, lines))


def _arguments(function: Json) -> str:
    given = function["arguments"]
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
