"""How many calls may be under way at once, and who goes first.

A plain limit: the place where adaptive concurrency and rates will go. Deeper steps go first while work waits to be started, so
that finished rows come out early and memory stays bounded; then the longest remaining way goes first, so that the end is short.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tasks.teacher.work import step_of_call


@dataclass(frozen=True)
class Traffic:
    """Who is in and who waits, at one moment."""

    active: int
    limit: int
    waiting: Mapping[str, int]
    """Calls that wait for a place, by step."""
    paused: float
    """Seconds for which nobody is let in."""
    why: str
    """Why, in one word."""
    oldest: float
    """Seconds for which the oldest call under way has run."""


class Limiter:
    """At most `limit` holders at once within one event loop; waiting ones are served by depth, then in order."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.active = 0
        self._order = itertools.count()
        self._deepest_first = True
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._queue: Counter[str] = Counter()
        self._since: dict[int, float] = {}
        self._resume_at = 0.0
        self._why = ""

    @asynccontextmanager
    async def slot(self, depth: int = 0) -> AsyncIterator[None]:
        step = step_of_call()
        self._queue[step] += 1
        try:
            await self._acquire(depth)
        finally:
            self._queue[step] -= 1
        place = next(self._order)
        self._since[place] = asyncio.get_running_loop().time()
        try:
            yield
        finally:
            del self._since[place]
            self.active -= 1
            self._wake()

    def traffic(self) -> Traffic:
        """Who is in and who waits now."""
        now = asyncio.get_running_loop().time()
        return Traffic(
            active=self.active,
            limit=self.limit,
            waiting={step: count for step, count in self._queue.items() if count},
            paused=max(0.0, self._resume_at - now),
            why=self._why,
            oldest=now - min(self._since.values()) if self._since else 0.0,
        )

    def pause(self, seconds: float, why: str = "") -> None:
        """Let nobody in for `seconds`: the endpoint asked for a long wait."""
        loop = asyncio.get_running_loop()
        self._why = why
        self._resume_at = max(self._resume_at, loop.time() + seconds)
        loop.call_at(self._resume_at, self._wake)

    def all_started(self) -> None:
        """No more work will be started: from now on the shallowest step, which has the longest way to go, comes first."""
        if self._deepest_first:
            self._deepest_first = False
            self._waiting = [(-rank, order, turn) for rank, order, turn in self._waiting]
            heapq.heapify(self._waiting)

    def resume(self) -> None:
        """End a pause."""
        self._resume_at = 0.0
        self._wake()

    async def _acquire(self, depth: int) -> None:
        if self.active < self.limit and not self._waiting and not self._paused():
            self.active += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (-depth if self._deepest_first else depth, next(self._order), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the place was already ours
                self.active -= 1
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiting and self.active < self.limit and not self._paused():
            turn = heapq.heappop(self._waiting)[2]
            if not turn.done():
                self.active += 1
                turn.set_result(None)

    def _paused(self) -> bool:
        return asyncio.get_running_loop().time() < self._resume_at
