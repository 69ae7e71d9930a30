"""All shards of a run through its steps. A flow run holds so many task runs: further shards make flow runs below it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from contextvars import ContextVar
from typing import Any

from prefect import flow

from flows.shards import task_of
from flows.stream import Stream, read
from flows.telling.progress import Progress
from tasks.publish.finished import Finished
from tasks.publish.target import Target
from tasks.steps.goals import EarlierFailed
from tasks.steps.pipeline import most_shards
from tasks.steps.reading import DealtShard
from tasks.steps.run import Run
from tasks.teacher import EndpointDown, StopRun
from tasks.teacher.ledger import LedgerError

MOST_ROUNDS = 5
"""Times that all documents are gone over again, with other draws, for rows that are missing."""


async def through_all(run: Run, shards: Generator[DealtShard], progress: Progress, target: Target) -> list[Finished]:
    """What became of the shards that make the rows, in their order; raises what reading the documents raises.

    Where a number of rows is wanted, that ends with the shard that brings the last of them. Where the documents do not bring
    them, they are gone over again with other draws, until they are there or a round brings none.
    """
    way = Way(progress, target)
    await way.take(run, Stream(run, shards, target), reads=True)
    for number in range(1, MOST_ROUNDS + 1):
        if not target.wanted or target.reached or way.broken or not run.pieces.all_read:
            break
        missing = await target.count(way.finished)
        again = run.again(number, missing)
        progress.further += len(again.pieces_again(missing))
        await way.take(again, Stream(again, (shard for shard in again.pieces_again(missing)), target), reads=False)
        if not target.reached and (await target.count(way.finished)).total() == missing.total():
            break
    return way.finished[: target.looked_at] if target.reached else way.finished


class Way:
    """The shards of a run on their way, those of each flow run a partition."""

    def __init__(self, progress: Progress, target: Target) -> None:
        self.progress, self.target = progress, target
        self.finished: list[Finished] = []
        """What became of each, in their order; those under way too."""

    @property
    def broken(self) -> bool:
        """Whether a shard did not get to its end: more would not make up for it."""
        return any(each.problem for each in self.finished)

    async def take(self, run: Run, stream: Stream, *, reads: bool) -> None:
        """Take all that comes through the steps."""
        works = [asyncio.create_task(read(stream) if reads else stream.fill())]
        partition = Partition()
        try:
            async for dealt in stream:
                if len(works) == 1 or len(self.finished) % most_shards() == 0:
                    partition.close()
                    partition = Partition()
                    works.append(_begun(partition, len(self.finished) // most_shards() + 1))
                self.finished.append(done := Finished(dealt.skill))
                partition.add(self._through_steps(run, dealt, done, stream))
            partition.close()
            await asyncio.gather(*works)
        finally:
            for work in works:
                work.cancel()

    async def _through_steps(self, run: Run, dealt: DealtShard, done: Finished, stream: Stream) -> None:
        """One shard through the steps; what goes wrong for good ends this shard alone."""
        shard = dealt.ref
        try:
            for step in run.pipeline:
                if not shard["rows"] or stream.closed:
                    break
                learned = await run.ready(dealt, step)
                shard = done.shards[step.name] = await task_of(step)(run, dealt, shard, learned)
                if step.learns:
                    run.made(dealt, step, done.shards)
                await self.progress.step_done(step.name, shard)
            self.progress.finished += 1
        except StopRun as reason:
            done.problem, done.stopped = str(reason), True
        except Exception as problem:
            told = isinstance(problem, EndpointDown | EarlierFailed | LedgerError)
            done.problem = f"{type(problem).__name__}: {problem}" if told else type(problem).__name__
        finally:
            self.progress.failed += bool(done.problem)
            run.yields.ended(dealt, done.problem)
            done.ended = True
            if await self.target.look(self.finished):
                stream.close()
            stream.leave(dealt)


class Partition:
    """The shards of one flow run, while they come."""

    def __init__(self) -> None:
        self._coming: asyncio.Queue[Coroutine[Any, Any, None] | None] = asyncio.Queue()

    def add(self, through: Coroutine[Any, Any, None]) -> None:
        """A shard on its way through the steps."""
        self._coming.put_nowait(through)

    def close(self) -> None:
        """No further shard comes."""
        self._coming.put_nowait(None)

    async def work(self) -> None:
        """Take each through the steps as it comes, side by side with the others."""
        under_way: list[asyncio.Task[None]] = []
        while (through := await self._coming.get()) is not None:
            under_way.append(asyncio.create_task(through))
        await asyncio.gather(*under_way)


_PARTITION: ContextVar[Partition] = ContextVar("partition")


@flow(name="partition", flow_run_name="partition {number}", validate_parameters=False)
async def partition(number: int) -> None:
    """Shards that the run above has no room for."""
    await _PARTITION.get().work()


def _begun(work: Partition, number: int) -> asyncio.Task[None]:
    """The partition under way: the first within the run itself."""
    if number == 1:
        return asyncio.create_task(work.work())
    token = _PARTITION.set(work)
    try:
        return asyncio.create_task(partition(number))
    finally:
        _PARTITION.reset(token)
