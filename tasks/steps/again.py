"""What a person's mark asked for besides, as its lineage tells it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tasks.records import Json, Record, Reject

AGAIN = "again"
"""Where a lineage says that a mark asked for the record, and the how-manieth it is."""


def made_again(items: Iterable[Record | Reject], step: str, number: int) -> list[Record | Reject]:
    """The items with a note that a mark asked for them."""
    event = {"step": step, "note": "made again, since a mark asked for it", AGAIN: number}
    return [
        _noted(item, event) if isinstance(item, Record) else replace(item, record=_noted(item.record, event))
        for item in items
    ]


def is_made_again(record: Record) -> bool:
    """Whether the record is there because a mark asked for it, or for what it was made of."""
    return any(AGAIN in event for event in record.lineage)


def _noted(record: Record, event: Json) -> Record:
    return replace(record, lineage=[*record.lineage, event])
