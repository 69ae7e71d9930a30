"""Those who wait to be let in, and who goes first."""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tasks.teacher.limiter.call import Call

PATIENT_SECONDS = 60.0
"""Who has waited longer goes first at times, however shallow its step."""
_TIMES = 8
"""Of so many that are let in, one."""


@dataclass(slots=True, eq=False)
class Ticket:
    """One who waits."""

    depth: int
    order: int
    step: str
    tokens: float
    since: float
    turn: asyncio.Future[Call]


class Line:
    """By depth, then in order. Deeper steps go first while work waits to be started, so that finished rows come out early and
    memory stays bounded; then the longest remaining way goes first, so that the end is short."""

    def __init__(self) -> None:
        self._deepest_first = True
        self._heap: list[tuple[int, int, int, Ticket]] = []
        self._arrived: deque[Ticket] = deque()
        self._steps: Counter[str] = Counter()
        self._waiting = self._joined = self._let_in = 0

    def __len__(self) -> int:
        return self._waiting

    def __iter__(self) -> Iterator[Ticket]:
        return (ticket for ticket in list(self._arrived) if not ticket.turn.done())

    def by_step(self) -> Mapping[str, int]:
        """How many wait, by step."""
        return {step: count for step, count in self._steps.items() if count}

    def join(self, ticket: Ticket) -> None:
        """Wait."""
        self._steps[ticket.step] += 1
        self._waiting += 1
        self._joined += 1
        heapq.heappush(self._heap, (self._rank(ticket), ticket.order, self._joined, ticket))
        self._arrived.append(ticket)

    def leave(self, ticket: Ticket) -> None:
        """Wait no longer, though not let in."""
        self._steps[ticket.step] -= 1
        self._waiting -= 1

    def let_in(self, ticket: Ticket, call: Call) -> None:
        """Give the ticket its turn."""
        self.leave(ticket)
        self._let_in += 1
        ticket.turn.set_result(call)

    def first(self, now: float) -> Ticket | None:
        """Whose turn it is."""
        while self._arrived and self._arrived[0].turn.done():
            self._arrived.popleft()
        while self._heap and self._heap[0][-1].turn.done():
            heapq.heappop(self._heap)
        if not self._heap:
            return None
        longest = self._arrived[0]
        patient = self._let_in % _TIMES == 0 and now - longest.since > PATIENT_SECONDS
        return longest if patient else self._heap[0][-1]

    def shallowest_first(self) -> None:
        """No more work will be started: from now on the shallowest step, which has the longest way to go, comes first."""
        if self._deepest_first:
            self._deepest_first = False
            self._heap = [(self._rank(ticket), order, joined, ticket) for _, order, joined, ticket in self._heap]
            heapq.heapify(self._heap)

    def _rank(self, ticket: Ticket) -> int:
        return -ticket.depth if self._deepest_first else ticket.depth
