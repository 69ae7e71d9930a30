"""The asker's second message, where a task is a conversation."""

from __future__ import annotations

from tasks.records import Json, Record


def asked_next(record: Record, messages: list[Json]) -> dict[str, str] | None:
    """What the asker says once the first question is answered; None if they want nothing more."""
    later = str(record.formal.get("later") or "")
    return {"say": later} if later and sum(m["role"] == "user" for m in messages) == 1 else None
