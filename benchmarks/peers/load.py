"""A load that any system can carry: texts of which each goes through four calls, one after the other."""

from __future__ import annotations

import heapq
import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tasks.records import Json

CALLS = 4


def reply(request: Json) -> Json:
    """An answer of some sentences to whatever was asked: what the simulator's `--teacher` is here."""
    asked = sum(len(str(message.get("content") or "")) for message in request["messages"])
    said = f"The text has {asked} characters. " + "It tells of a harbour and of those who work there. " * 8
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": request.get("model", ""),
        "choices": [{"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": asked // 4, "completion_tokens": 100, "total_tokens": asked // 4 + 100},
    }


def wall_and_bound(record: Path, texts: int, servers: int) -> tuple[float, float, int]:
    """Seconds from the first call to the end of the last, those of a work-conserving schedule, and how many calls there were.

    `record` is what the simulator wrote down.
    """
    visits: list[Any] = [json.loads(line) for line in record.read_text().splitlines()]
    wall = max(v["departure"] for v in visits) - min(v["arrival"] for v in visits)
    return wall, _makespan([v["latency"] for v in visits], texts, servers), len(visits)


def _makespan(latencies: Sequence[float], texts: int, servers: int) -> float:
    """Each server that is free takes the call that has been ready for longest; the calls take what they took."""
    pool = [*latencies, *[statistics.mean(latencies)] * max(0, texts * CALLS - len(latencies))]
    ready = [(0.0, 0, text) for text in range(texts)]
    free = [0.0] * servers
    end = 0.0
    while ready:
        at, done, text = heapq.heappop(ready)
        start = max(at, heapq.heappop(free))
        over = start + pool.pop()
        heapq.heappush(free, over)
        end = max(end, over)
        if done + 1 < CALLS:
            heapq.heappush(ready, (over, done + 1, text))
    return end
