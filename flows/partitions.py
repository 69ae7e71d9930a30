"""All shards of a run through its steps. A flow run holds so many task runs: further shards make flow runs below it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from contextvars import ContextVar
from typing import Any, Protocol

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


class Through(Protocol):
    """Takes one shard through the steps and writes into `done` what they made; raises what ends the shard."""

    async def __call__(self, run: Run, dealt: DealtShard, done: Finished, way: Way, stream: Stream) -> None: ...


async def through_all(run: Run, shards: Generator[DealtShard], way: Way) -> list[Finished]:
    """What became of the shards that make the rows, in their order; raises what reading the documents raises.

    Where a number of rows is wanted, that ends with the shard that brings the last of them. Where the documents do not bring
    them, they are gone over again with other draws, until they are there or a round brings none.
    """
    target = way.target
    await way.take(run, Stream(run, shards, target, way.ahead), reads=True)
    for number in range(1, MOST_ROUNDS + 1):
        if not target.wanted or target.reached or way.broken or not run.pieces.all_read:
            break
        missing = await target.count(way.finished)
        again = run.again(number, missing)
        way.progress.further += len(again.pieces_again(missing))
        stream = Stream(again, (shard for shard in again.pieces_again(missing)), target, way.ahead)
        await way.take(again, stream, reads=False)
        if not target.reached and (await target.count(way.finished)).total() == missing.total():
            break
    return way.finished[: target.looked_at] if target.reached else way.finished


class Way:
    """The shards of a run on their way, those of each flow run a partition."""

    def __init__(
        self,
        progress: Progress,
        target: Target,
        through: Through | None = None,
        *,
        ahead: int = 1,
        most: int | None = None,
    ) -> None:
        """`through` takes a shard through the steps, as task runs of this flow run if it is None; `ahead` is how many times as
        many shards as the endpoint can use are under way, and `most` how many shards a flow run has."""
        self.progress, self.target, self.ahead = progress, target, ahead
        progress.wanted_share = lambda: target.share
        self._through, self._most = through or through_steps, most or most_shards()
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
                if len(works) == 1 or len(self.finished) % self._most == 0:
                    partition.close()
                    partition = Partition()
                    works.append(_begun(partition, len(self.finished) // self._most + 1))
                self.finished.append(done := Finished(dealt.skill, lot=dealt.lot))
                partition.add(self._to_its_end(run, dealt, done, stream))
            partition.close()
            await asyncio.gather(*works)
        finally:
            for work in works:
                work.cancel()

    async def _to_its_end(self, run: Run, dealt: DealtShard, done: Finished, stream: Stream) -> None:
        """One shard through the steps; what goes wrong for good ends this shard alone."""
        try:
            await self._through(run, dealt, done, self, stream)
            self.progress.finished += not done.problem
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


async def through_steps(run: Run, dealt: DealtShard, done: Finished, way: Way, stream: Stream) -> None:
    """One shard through the steps, as task runs of the flow run under way."""
    shard = dealt.ref
    for step in run.pipeline:
        if not shard["rows"] or stream.closed:
            break
        learned = await run.ready(dealt, step)
        shard = done.shards[step.name] = await task_of(step)(run, dealt, shard, learned)
        if step.learns:
            run.made(dealt, done.shards)
        await way.progress.step_done(step.name, shard)


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
