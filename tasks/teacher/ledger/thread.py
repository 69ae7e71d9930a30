"""A thread with a connection of its own: what gathers while it is busy is served in one go, by one round trip or one sync."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from tasks.teacher.ledger.database import Database

MOST_AT_ONCE = 1_000
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
CLOSING_SECONDS = 60.0
"""How long a database that is away is waited for once nobody waits for an answer any more."""

Serve = Callable[[Any, list[Any]], Sequence[Any]]
"""From a connection and what was asked to a result for each."""


class _Asked(NamedTuple):
    item: Any
    done: asyncio.Future[Any] | None
    loop: asyncio.AbstractEventLoop | None


class DatabaseThread:
    """Serves any event loop. A database that goes away is waited for, however long; what was asked for is then done."""

    def __init__(self, name: str, database: Database, serve: Serve) -> None:
        self._database, self._serve = database, serve
        self._connection: Any = database.connect()
        self._queue: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._closing = threading.Event()
        self.away_since = 0.0
        """Since when, by the monotonic clock, the database does not answer; 0 while it does."""
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def ask(self, item: Any) -> Any:
        """What came of it; LedgerError if the database refuses it."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Any] = loop.create_future()
        self._queue.put(_Asked(item, done, loop))
        return await done

    def put(self, item: Any) -> None:
        """Have it served soon; nobody is told what came of it."""
        self._queue.put(_Asked(item, None, None))

    def close(self) -> None:
        """Serve what was asked for until now and end."""
        self._queue.put(None)
        self._closing.set()
        self._thread.join()

    def _work(self) -> None:
        more = True
        while more:
            batch, more = self._gather()
            if batch:
                self._settle(batch)
        self._disconnect()

    def _gather(self) -> tuple[list[_Asked], bool]:
        batch: list[_Asked] = []
        item = self._queue.get()
        while item is not None:
            batch.append(item)
            if self._queue.empty() or len(batch) == MOST_AT_ONCE:
                return batch, True
            item = self._queue.get()
        return batch, False

    def _settle(self, batch: list[_Asked]) -> None:
        """Serve the batch and tell who waits for it, trying again while the database is away."""
        for pause in _pauses():
            try:
                if self._connection is None:
                    self._connection = self._database.connect()
                results = self._serve(self._connection, [each.item for each in batch])
            except Exception as problem:
                self._disconnect()
                if self._database.passes(problem) and self._waits(pause):
                    continue
                _tell(batch, [], self._database.told(problem))
                return
            self.away_since = 0.0
            _tell(batch, results, None)
            return

    def _waits(self, pause: float) -> bool:
        """Whether to try once more, after a pause."""
        self.away_since = self.away_since or time.monotonic()
        if self._closing.wait(pause):
            time.sleep(pause)
            return time.monotonic() - self.away_since < CLOSING_SECONDS
        return True

    def _disconnect(self) -> None:
        if self._connection is not None:
            with suppress(Exception):  # it broke: there is nothing to close
                self._connection.close()
            self._connection = None


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)


def _tell(batch: list[_Asked], results: Sequence[Any], error: Exception | None) -> None:
    waiting: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for place, (_, done, loop) in enumerate(batch):
        if done is not None and loop is not None:
            waiting.setdefault(loop, []).append((done, None if error else results[place]))
    for loop, pairs in waiting.items():
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_set, pairs, error)


def _set(pairs: list[tuple[asyncio.Future[Any], Any]], error: Exception | None) -> None:
    for done, result in pairs:
        if done.done():
            continue
        if error is None:
            done.set_result(result)
        else:
            done.set_exception(error)
