"""The text that a row's checks look at."""

from __future__ import annotations

from tasks.records import Record
from tasks.text.plain import calm


def reply(record: Record) -> str:
    """The text of the last message, empty if there is none."""
    content = record.messages[-1].get("content") if record.messages else None
    return calm(content) if isinstance(content, str) else ""
