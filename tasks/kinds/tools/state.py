"""What the back end of a conversation knows: the things that its calls made, changed or showed, kept from call to call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tasks.kinds.tools.trace import Made, only_reads
from tasks.records import Json

_NAMES = re.compile(r"(?:^|_|(?<=[a-z]))(?:ids?|no|nr|number|code|ref|reference|barcode|key|uuid|sku)$", re.I)


def state_of(calls: Sequence[Made]) -> list[Json]:
    """The things as the newest successful calls left them, each with its fields; the first known stands first."""
    things: list[Json] = []
    for call in calls:
        if call.failed or not isinstance(call.result, dict):
            continue
        own = {**(call.arguments or {}), **call.result} if not only_reads(call.name) else call.result
        for fresh in _things(own):
            known = next((t for t in things if named(t) & named(fresh)), None)
            if known is None:
                things.append(dict(fresh))
            elif not only_reads(call.name):
                known.update(fresh)
            else:
                known.update({name: value for name, value in fresh.items() if name not in known})
    return things


def _things(value: Any) -> Iterator[Json]:
    """The objects with an identifier, at any depth; fields that hold other objects are left out, lists of values are kept."""
    if isinstance(value, list):
        for inner in value:
            yield from _things(inner)
    elif isinstance(value, dict):
        plain = {name: v for name, v in value.items() if not _holds_objects(v)}
        if named(plain):
            yield plain
        for inner in value.values():
            yield from _things(inner) if isinstance(inner, dict | list) else ()


def _holds_objects(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(v, dict | list) for v in value))


def named(thing: Json) -> set[str]:
    """The identifiers of a thing: the values of fields that are called so."""
    return {
        str(value)
        for name, value in thing.items()
        if _NAMES.search(name) and isinstance(value, str | int) and not isinstance(value, bool) and len(str(value)) > 2
    }


def agreed(result: Any, things: Sequence[Json]) -> Any:
    """What a look-up gave, with the fields of things that are known as they are known."""
    if isinstance(result, list):
        return [agreed(inner, things) for inner in result]
    if not isinstance(result, dict):
        return result
    known = next((t for t in things if named(t) & named(result)), {})
    return {name: known.get(name, agreed(value, things)) for name, value in result.items()}
