"""The shortest time in which so many calls could have been made: a work-conserving schedule with the same latencies."""

from __future__ import annotations

import heapq
import random
from collections.abc import Mapping, Sequence

FOLLOWS: dict[str, tuple[str, ...]] = {
    "transform": ("instruct",),
    "instruct": ("suggest", "respond"),
    "suggest": ("edit",),
    "edit": ("respond",),
    "respond": ("judge",),
    "judge": (),
}
"""A call and what it lets start: one passage, one instruction, one edit, two responses a document, some of them judged."""
REMAINING = {"transform": 5, "instruct": 4, "suggest": 3, "edit": 2, "respond": 1, "judge": 0}


def makespan(documents: int, servers: int, latencies: Mapping[str, Sequence[float]], seed: int) -> float:
    """Seconds until the last call ends if no server idles while a call is ready; the longest remaining way goes first.

    `latencies` holds the measured ones by kind of call; which document met which is drawn, since only their spread matters.
    A document passes without a call where fewer calls than documents were made (text left as it is), and ends where an
    instruction had been rejected or nothing was suggested.
    """
    draw = random.Random(seed)
    pools = {kind: draw.sample(list(values), len(values)) for kind, values in latencies.items()}
    ready = [(-REMAINING["transform"], number, "transform") for number in range(documents)]
    heapq.heapify(ready)
    running: list[tuple[float, int, str]] = []
    now, free = 0.0, servers
    while ready or running:
        while ready and free:
            _, number, call = heapq.heappop(ready)
            if pools[call]:
                free -= 1
                heapq.heappush(running, (now + pools[call].pop(), number, call))
            elif call == "transform":
                heapq.heappush(ready, (-REMAINING["instruct"], number, "instruct"))
        if running:
            now, number, call = heapq.heappop(running)
            free += 1
            for following in FOLLOWS[call]:
                heapq.heappush(ready, (-REMAINING[following], number, following))
    return now
