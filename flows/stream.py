"""Shards on their way from documents to steps: read as they are needed, and no more at once than the endpoint can use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import suppress

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.publish.target import Target
from tasks.steps.reading import DealtShard
from tasks.steps.run import Run
from tasks.teacher import StopRun
from tasks.teacher.batches import UNDER_WAY

FEWEST_SHARDS = 4
PIECES_A_CALL, AT_FIRST = 3, 1
"""Pieces under way for each call that the endpoint is allowed: some of them wait for the slowest of their shard. At first, while
none has come to its end, each makes a call, and more of them would only keep the first rows from being finished."""
SPARE = 1.5
"""How many times the pieces that are needed for the rows wanted may be under way: their yields differ."""
LOOK_SECONDS = 0.5
"""How often it is looked whether more calls are allowed by now."""


class Stream:
    """The shards of a run, in their order, while their documents are read. A plain class: Prefect walks through others."""

    def __init__(self, run: Run, shards: Generator[DealtShard], target: Target, ahead: int = 1) -> None:
        """`ahead` is how many times as much may be under way as the calls need: what other processes do is known late."""
        self._ahead = ahead
        self._run, self._shards, self._target = run, shards, target
        self.closed = False
        """Whether there are enough rows: no further shard, and no further step of those under way, is wanted."""
        # What searches waits until all documents are read: reading must not wait for it.
        self._read: asyncio.Queue[DealtShard | None] = asyncio.Queue(0 if run.searches() else 1)
        self._under_way: dict[int, int] = {}
        self._left = asyncio.Event()
        self._ended = 0

    async def fill(self) -> None:
        """Read as far as there is room, until there is no more or the run is stopped; raises what else reading raises."""
        try:
            while not self.closed and (dealt := await asyncio.to_thread(next, self._shards, None)) is not None:
                await self._read.put(dealt)
            if self._run.pieces.all_read:
                self._run.searched.newest.close()
        except StopRun:
            pass  # what has been read goes as far as it gets
        finally:
            with suppress(ValueError):  # a thread that was left still reads: the generator ends with it
                self._shards.close()
            await self._read.put(None)

    async def __aiter__(self) -> AsyncIterator[DealtShard]:
        """Each shard as soon as there is room for it."""
        while (dealt := await self._read.get()) is not None:
            while not (self.closed or self._fits(dealt)):
                self._left.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._left.wait(), LOOK_SECONDS)
            if self.closed:
                continue  # until the reader has seen it
            self._under_way[dealt.number] = dealt.ref["rows"]
            yield dealt
        self._run.teacher.limiter.all_started()

    def close(self) -> None:
        """Enough: let nothing more come."""
        self.closed = True
        self._left.set()

    def leave(self, dealt: DealtShard) -> None:
        """The shard is under way no more."""
        del self._under_way[dealt.number]
        self._ended += 1
        self._left.set()

    def _fits(self, dealt: DealtShard) -> bool:
        pieces, run = sum(self._under_way.values()) + dealt.ref["rows"], self._run
        a_call = (PIECES_A_CALL if self._ended >= FEWEST_SHARDS else AT_FIRST) * self._ahead
        most: float = max(a_call * run.teacher.limiter.limit, UNDER_WAY if run.settings.batched else 0)
        most = min(most, SPARE * self._target.pieces_needed())
        return len(self._under_way) < FEWEST_SHARDS or pieces <= most


@task(name="documents", task_run_name="documents", cache_policy=NO_CACHE, persist_result=False)
async def read(stream: Stream) -> None:
    """Read, cut and shard the documents, while earlier ones are on their way through the steps."""
    await stream.fill()
