"""How the calls of a key hang together, as far as a task type says so: an edit that asks for other calls may undo it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from tasks.kinds.tools.trace import offered
from tasks.records import Json, Record

_SEVERAL = 2
Shape = Callable[[Record, Mapping[str, Json]], str]


def misshapen(record: Record) -> str | None:
    """What the key lacks of the shape that its task type asks for; None if nothing, or if the type asks for none."""
    shape = _SHAPES.get(record.task_type)
    return (shape(record, offered(record)) or None) if shape and record.answerable else None


def _chained(record: Record, known: Mapping[str, Json]) -> str:
    return "" if len(record.calls) >= _SEVERAL else "one call, where this type of task takes several"


def _converging(record: Record, known: Mapping[str, Json]) -> str:
    """Two look-ups that need nothing of each other, and a call that leaves open what each of them tells."""
    *before, last = record.calls
    ready = sum(not _open(call, known, required=True) - set(record.missing) for call in before)
    if ready < _SEVERAL:
        return "fewer than two calls that need no other result come before the last one"
    if len(_open(last, known)) < _SEVERAL:
        return "the last call leaves fewer than two arguments to the results of the calls before it"
    return ""


def _ordered(record: Record, known: Mapping[str, Json]) -> str:
    """Calls that need nothing of each other, so that the person's reasons alone give their order."""
    for number, call in enumerate(record.calls, 1):
        if lacking := sorted(_open(call, known, required=True) - set(record.missing)):
            return f"call {number} leaves '{lacking[0]}' to another result, where this type of task states every value"
    return _chained(record, known)


def _parallel(record: Record, known: Mapping[str, Json]) -> str:
    most = max(Counter(str(call["name"]) for call in record.calls).values(), default=0)
    return "" if most >= _SEVERAL else "no function is called for several things"


def _open(call: Json, known: Mapping[str, Json], *, required: bool = False) -> set[str]:
    """The parameters that a call of the key leaves open."""
    schema = known.get(str(call["name"]), {})
    names = schema.get("required") if required else schema.get("properties")
    return set(names or ()) - set(call["arguments"])


_SHAPES: Mapping[str, Shape] = {
    "multiple_apis_all": _chained,
    "multiple_apis_missing": _chained,
    "multiple_apis_superfluous": _chained,
    "multiple_apis_converging": _converging,
    "multiple_apis_ordered": _ordered,
    "multiple_apis_repeated": _parallel,
}
