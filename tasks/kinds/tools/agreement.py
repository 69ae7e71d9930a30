"""Whether the calls of a conversation are the author's, compared in full: functions, order, every argument and its origin."""

from __future__ import annotations

import re
from typing import Any

from tasks.checks.check import Doubt
from tasks.kinds.tools.trace import Made, made, offered, only_reads, unmended
from tasks.kinds.tools.values import all_same, comes_from, same, stated, telling
from tasks.records import Json, Record
from tasks.text.words import words

_ORDERED = re.compile(r"\b(?:then|after\w*|before|first|next|finally|once|as soon as|when)\b", re.I)
_STEM = 5
_NEUTRAL: tuple[Any, ...] = (None, "", False, 0, [], {})


def calls_agree(record: Record) -> str | Doubt | None:
    """Rejects a conversation whose calls are not the author's: other functions, another order, other or invented arguments.

    A call that failed may be made again, and what builds on one that failed for good may be left undone. A value that the key
    lacks has to come from the conversation or an earlier result; one that is optional has to be asked for.
    """
    known, calls = offered(record), [c for c in made(record.messages) if isinstance(c.arguments, dict)]
    doubts: list[Doubt] = []
    taken: dict[int, int] = {}
    stuck = bool(unmended(calls) or any(c.blank for c in calls))
    for number, wanted in enumerate(record.calls):
        found = _matched(wanted, calls, taken, record, known)
        if found is None:
            if stuck:
                continue
            named = sum(w.get("name") == wanted.get("name") for w in record.calls)
            fewer = sum(c.name == wanted.get("name") for c in calls) < named
            return (
                "other functions were called than in the key"
                if fewer
                else f"call {number + 1} of the key was made with other arguments"
            )
        taken[found[0]] = number
        doubts += found[1]
    for place, call in enumerate(calls):
        if place in taken:
            continue
        if call.failed and any(wanted.get("name") == call.name for wanted in record.calls):
            # A refused call may be mended, if what it said was not made up.
            origin = _all_from(call, record, known.get(call.name, {}))
            if origin is False:
                return "a refused call had a value that nobody gave"
            doubts += [] if origin else [_made_up(call)]
            continue
        if not only_reads(call.name) or not record.calls:
            return "other functions were called than in the key"
        doubts.append(_extra(call))
    # A call that was made again counts where it was tried first.
    first = {place: calls.index(next(c for c in calls if c.same(calls[place]))) for place in taken}
    order = [taken[place] for place in sorted(taken, key=first.__getitem__)]
    if _one_order(order, calls, taken, record):
        if _ORDERED.search(record.instruction):
            return "the functions were called in another order than in the key"
        doubts.append(_another_order())
    return doubts[0] if doubts else None


def _matched(
    wanted: Json, calls: list[Made], taken: dict[int, int], record: Record, known: dict[str, Json]
) -> tuple[int, list[Doubt]] | None:
    """The call that is the wanted one, those that succeeded and those without doubt first."""
    fitting: list[tuple[bool, int, int, list[Doubt]]] = []
    for place, call in enumerate(calls):
        if place in taken or call.name != wanted.get("name"):
            continue
        found = _compared(wanted.get("arguments") or {}, call, record, known.get(call.name, {}))
        if found is not None:
            fitting.append((call.failed, len(found), place, found))
    best = min(fitting, key=lambda f: f[:3], default=None)
    return (best[2], best[3]) if best else None


def _compared(wanted: Json, call: Made, record: Record, schema: Json) -> list[Doubt] | None:
    """The doubts about a call that could be the wanted one; None if it is another."""
    actual, required = call.arguments or {}, set(schema.get("required", []))
    facts = {name: f if isinstance(f, dict) else {} for name, f in (schema.get("properties") or {}).items()}
    before = record.messages[: call.place]
    asked = "\n".join([record.instruction, *_texts(before, "user", "system")])
    doubts: list[Doubt] = []
    for name, value in wanted.items():
        if name in record.missing:
            continue
        if name in actual:
            agrees = same(value, actual[name])
            if agrees is None and "enum" not in facts.get(name, {}) and record.task_type != "verbatim_text":
                doubts.append(_other_words(name, value, actual[name]))
            elif not agrees:
                return None
        elif (spare := _may_be_left_out(name, value, facts.get(name, {}), required, asked)) is False:
            return None
        elif spare is None:
            doubts.append(_left_out(name, value))
    known = "\n".join([asked, *_texts(before, "tool")])
    for name in actual.keys() - wanted.keys() - set(record.missing):
        value, told = actual[name], facts.get(name, {})
        if value in _NEUTRAL or value == told.get("default"):
            continue
        origin = comes_from(value, told, known)
        if name not in required and origin is not False:
            origin = all_same([origin, _asked_for(name, value, told, asked)])
        if origin is False:
            return None
        if origin is None:
            doubts.append(_unasked(name, value))
    return doubts


def _texts(messages: list[Json], *roles: str) -> list[str]:
    return [str(m.get("content") or "") for m in messages if m.get("role") in roles]


def _all_from(call: Made, record: Record, schema: Json) -> bool | None:
    """Whether all arguments stand in what was said and found before, or follow from it."""
    before = record.messages[: call.place]
    known = "\n".join([record.instruction, *_texts(before, "user", "system", "tool")])
    facts = schema.get("properties") or {}
    return all_same(comes_from(v, facts.get(n) or {}, known) for n, v in (call.arguments or {}).items())


def _may_be_left_out(name: str, value: Any, facts: Json, required: set[str], asked: str) -> bool | None:
    """Whether the call means the same without it: what it would be anyway, or what the request does not speak of."""
    if name in required:
        return False
    if value in _NEUTRAL or value == facts.get("default"):
        return True
    if telling(value) and stated(asked, value):
        return False
    return None if _spoken_of(name, facts, asked) else True


def _asked_for(name: str, value: Any, facts: Json, asked: str) -> bool | None:
    """Whether the request speaks of an optional argument that the key lacks."""
    if telling(value) and not isinstance(value, bool) and stated(asked, value):
        return True
    return None if _spoken_of(name, facts, asked) else False


def _spoken_of(name: str, facts: Json, asked: str) -> bool:
    """Whether the request has a word of the parameter's name or description."""
    said = {w[:_STEM] for w in words(asked) if len(w) > 3}
    return any(
        w[:_STEM] in said for w in words(f"{name.replace('_', ' ')} {facts.get('description', '')}") if len(w) > 3
    )


def _one_order(order: list[int], calls: list[Made], taken: dict[int, int], record: Record) -> bool:
    """Whether other functions than in the key come first; calls of one function may come in any order."""
    names = [record.calls[n].get("name") for n in order]
    meant = [record.calls[n].get("name") for n in sorted(order)]
    return list(dict.fromkeys(names)) != list(dict.fromkeys(meant))


def _other_words(name: str, wanted: Any, actual: Any) -> Doubt:
    return Doubt(
        "an argument was worded otherwise than in the key",
        f"Do the two values of the argument `{name}` mean the same for the request, so that either serves it?",
        {"expected": str(wanted), "given": str(actual)},
    )


def _left_out(name: str, wanted: Any) -> Doubt:
    return Doubt(
        "an argument that the request asks for is left out",
        f"Does the request come to the same if the optional argument `{name}` is left out?",
        {"expected": str(wanted)},
    )


def _unasked(name: str, value: Any) -> Doubt:
    return Doubt(
        "an argument that nobody asked for",
        f"Does the value of the argument `{name}` follow from what the user asked for or from an earlier result?",
        {"value": str(value)},
    )


def _extra(call: Made) -> Doubt:
    return Doubt(
        "a call that the request did not need",
        f"Was the look-up `{call.name}` of use for the request, so that a careful assistant could make it?",
        {"arguments": str(call.arguments)},
    )


def _made_up(call: Made) -> Doubt:
    return Doubt(
        "a refused call had a value that nobody gave",
        f"Do all arguments of the call of `{call.name}` that was refused follow from what was said and found before it?",
        {"arguments": str(call.arguments)},
    )


def _another_order() -> Doubt:
    return Doubt(
        "the functions were called in another order than in the key",
        "Can the functions that were called come in this order without any difference to what the user asked for?",
        {},
    )
