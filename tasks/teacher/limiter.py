"""How many calls may be under way at once, and who goes first.

A plain limit: the place where adaptive concurrency and rates will go. Deeper steps go first while work waits to be started, so
that finished rows come out early and memory stays bounded; then the longest remaining way goes first, so that the end is short.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Limiter:
    """At most `limit` holders at once within one event loop; waiting ones are served by depth, then in order."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.active = 0
        self._order = itertools.count()
        self._deepest_first = True
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._resume_at = 0.0

    @asynccontextmanager
    async def slot(self, depth: int = 0) -> AsyncIterator[None]:
        await self._acquire(depth)
        try:
            yield
        finally:
            self.active -= 1
            self._wake()

    def pause(self, seconds: float) -> None:
        """Let nobody in for `seconds`: the endpoint asked for a long wait."""
        loop = asyncio.get_running_loop()
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
