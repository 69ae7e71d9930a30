"""A share while it is worked on: follows what its run tells, takes what it is dealt through the steps, and tells of itself."""

from __future__ import annotations

import asyncio
import queue
import time
from collections.abc import Generator

from flows.partitions import Way, through_steps
from flows.shares.accounts import standing_of
from flows.shares.exchange import Deal, Exchange, News, Outcome
from flows.stream import Stream
from flows.telling.progress import Progress
from tasks.publish.finished import Finished
from tasks.publish.target import Target
from tasks.publish.wanted import Wanted
from tasks.steps.reading import DealtShard
from tasks.steps.run import Round, Run

LOOK_SECONDS = 0.25
TELL_SECONDS = 1.0
"""How often a share tells of itself where no shard ends, and asks whether it is to stop."""
ALONE_SECONDS = 60.0
"""A run that has given no sign of life for so long is there no more."""
ALONE = "the run that the share belongs to has ended"


class Share:
    """A share of a run, as one attempt works on it."""

    def __init__(self, run: Run, exchange: Exchange, number: int, attempt: str) -> None:
        self._run, self._exchange, self._number, self._attempt = run, exchange, number, attempt
        run.yields.shared = True
        self._runs = {run.round: run}
        self._known = exchange.done(number)
        self._coming: queue.SimpleQueue[Deal | None] = queue.SimpleQueue()
        self._deals: list[Deal] = []
        """Those that have come, in the order of the shards on their way."""
        self._round: dict[int, Round] = {}
        """In which round each shard came last: one ends before the next begins."""
        self._open: list[int] = []
        """Places of shards that were under way as the share told of itself last."""
        self._seen = self._blocks = 0
        target = Target(run, Wanted())
        self._way = Way(Progress(run), target, self._through)
        self._stream = Stream(run, self._shards(), target)

    async def work(self) -> None:
        """Take all shards that come through the steps, until the run says that there are no more, or to stop."""
        beside = [asyncio.create_task(part) for part in (self._follow(), self._keep_telling(), self._keep_heeding())]
        try:
            await self._way.take(self._run, self._stream, reads=False)
        finally:
            self._coming.put(None)  # a thread may wait for it
            for part in beside:
                part.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await self._tell(self._ended(), ended=True)

    def _shards(self) -> Generator[DealtShard]:
        while (deal := self._coming.get()) is not None:
            self._deals.append(deal)
            self._round[deal.shard.number] = deal.round
            yield deal.shard

    async def _through(self, run: Run, dealt: DealtShard, done: Finished, way: Way, stream: Stream) -> None:
        await through_steps(self._of(self._round[dealt.number]), dealt, done, way, stream)

    def _of(self, round: Round) -> Run:
        """The run with the draws of this round."""
        if round not in self._runs:
            self._runs[round] = self._run.again(round.number, round.types)
        return self._runs[round]

    # What the run tells

    async def _follow(self) -> None:
        number = 0
        while True:
            news = await asyncio.to_thread(self._exchange.news, number)
            if news is None:
                await asyncio.sleep(LOOK_SECONDS)
                continue
            number += 1
            self._take(news)
            if news.closed:
                self._coming.put(None)
                return

    def _take(self, news: News) -> None:
        run, pieces = self._run, self._run.pieces
        pieces.shards.extend(news.shards)
        if news.all_read and not pieces.all_read:
            pieces.all_read = True
            run.searched.newest.close()
        for number in news.failed:
            run.yields.ended(pieces.shards[number - 1], "failed elsewhere")
        for deal in news.deals:
            if deal.share == self._number and deal.key not in self._known:
                self._coming.put(deal)
        if news.enough:
            self._stream.close()

    async def _keep_heeding(self) -> None:
        """Stop when the run says so, or is there no more; learn what other shares have written down."""
        teacher, seen, since = self._run.teacher, -1, time.monotonic()
        while True:
            alive = await asyncio.to_thread(self._exchange.alive)
            beat, stop = alive or (seen, ALONE)
            if beat != seen:
                seen, since = beat, time.monotonic()
            if stop or time.monotonic() - since > ALONE_SECONDS:
                teacher.stop(stop or ALONE)
            if teacher.stopped:
                self._coming.put(None)
            await self._run.yields.look()
            await asyncio.sleep(TELL_SECONDS)

    # What the share tells

    async def _keep_telling(self) -> None:
        last = 0.0
        while True:
            ended = self._ended()
            if ended or time.monotonic() - last >= TELL_SECONDS:
                last = time.monotonic()
                await self._tell(ended)
            await asyncio.sleep(LOOK_SECONDS)

    def _ended(self) -> list[int]:
        """Places of the shards that have ended since the last time."""
        finished = self._way.finished
        self._open += range(self._seen, len(finished))
        self._seen = len(finished)
        ended = [place for place in self._open if finished[place].ended]
        self._open = [place for place in self._open if not finished[place].ended]
        return ended

    async def _tell(self, places: list[int], *, ended: bool = False) -> None:
        """What became of these shards, and then how the share stands."""
        outcomes = [Outcome(self._deals[place].key, self._way.finished[place]) for place in places]
        if outcomes:
            await asyncio.to_thread(self._exchange.report, self._number, self._attempt, self._blocks, outcomes)
            self._blocks += 1
        now = standing_of(self._run.teacher, self._blocks, ended=ended)
        await asyncio.to_thread(self._exchange.tell, self._number, self._attempt, now)
