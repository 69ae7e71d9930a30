"""What the simulated user of a planned conversation is told before each of their messages."""

from __future__ import annotations

import json

from tasks.records import Json, Record

_SHOWN = ("move", "first", "closes", "about", "value", "said", "meant", "tells", "claim", "demand")
"""What the simulated user gets to know of a planned move; the rest is what answer and turn are held against."""


def planned(record: Record, messages: list[Json]) -> dict[str, str] | None:
    """The next of the planned moves, with who the person is and what they are after."""
    moves = record.formal.get("moves") or []
    made = sum(m["role"] == "user" for m in messages) - 1
    if made >= len(moves):
        return None
    goal = {"wants": record.formal.get("goal", ""), "is": record.formal.get("persona", "")}
    move = {name: moves[made][name] for name in _SHOWN if name in moves[made]}
    return {"goal": json.dumps(goal, ensure_ascii=False), "move": json.dumps(move, ensure_ascii=False)}
