"""All shards of a run through its steps. A flow run holds so many task runs: further shards make flow runs below it."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

from prefect import flow

from flows.shards import task_of
from flows.stream import Stream, read
from flows.telling.progress import Progress
from tasks.publish.manifest import Finished
from tasks.steps.goals import EarlierFailed
from tasks.steps.pipeline import most_shards
from tasks.steps.reading import DealtShard
from tasks.steps.run import Run
from tasks.teacher import EndpointDown, StopRun
from tasks.teacher.ledger import LedgerError


class Partition:
    """The shards that belong to one flow run, while they come."""

    def __init__(self, run: Run, stream: Stream, progress: Progress) -> None:
        self._run, self._stream, self._progress = run, stream, progress
        self._coming: asyncio.Queue[tuple[DealtShard, Finished] | None] = asyncio.Queue()

    def add(self, dealt: DealtShard) -> Finished:
        """Let the shard come; gives what will tell what became of it."""
        done = Finished(dealt.skill)
        self._coming.put_nowait((dealt, done))
        return done

    def close(self) -> None:
        """No further shard comes."""
        self._coming.put_nowait(None)

    async def work(self) -> None:
        """Take each shard through the steps as it comes, side by side with the others."""
        under_way: list[asyncio.Task[None]] = []
        while (come := await self._coming.get()) is not None:
            through = through_steps(self._run, *come, self._stream, self._progress)
            under_way.append(asyncio.create_task(through))
        await asyncio.gather(*under_way)


_PARTITION: ContextVar[Partition] = ContextVar("partition")


@flow(name="partition", flow_run_name="partition {number}", validate_parameters=False)
async def partition(number: int) -> None:
    """Shards that the run above has no room for."""
    await _PARTITION.get().work()


async def through_all(run: Run, stream: Stream, progress: Progress) -> list[Finished]:
    """What became of each shard, in their order; raises what reading the documents raises."""
    finished: list[Finished] = []
    reading = asyncio.create_task(read(stream))
    partitions: list[asyncio.Task[None]] = []
    current = Partition(run, stream, progress)
    try:
        async for dealt in stream:
            if (dealt.number - 1) % most_shards() == 0:
                current.close()
                current = Partition(run, stream, progress)
                partitions.append(_begun(current, len(partitions) + 1))
            finished.append(current.add(dealt))
        current.close()
        await asyncio.gather(reading, *partitions)
    finally:
        for work in (reading, *partitions):
            work.cancel()
    return finished


def _begun(work: Partition, number: int) -> asyncio.Task[None]:
    """The partition under way: the first within the run itself."""
    if number == 1:
        return asyncio.create_task(work.work())
    token = _PARTITION.set(work)
    try:
        return asyncio.create_task(partition(number))
    finally:
        _PARTITION.reset(token)


async def through_steps(run: Run, dealt: DealtShard, done: Finished, stream: Stream, progress: Progress) -> None:
    """One shard through the steps; what goes wrong for good ends this shard alone."""
    shard = dealt.ref
    try:
        for step in run.pipeline:
            if not shard["rows"]:
                break
            learned = await run.ready(dealt, step)
            shard = done.shards[step.name] = await task_of(step)(run, dealt, shard, learned)
            if step.learns:
                run.made(dealt, step, done.shards)
            await progress.step_done(step.name, shard)
        progress.finished += 1
    except StopRun as reason:
        done.problem, done.stopped = str(reason), True
    except Exception as problem:
        told = isinstance(problem, EndpointDown | EarlierFailed | LedgerError)
        done.problem = f"{type(problem).__name__}: {problem}" if told else type(problem).__name__
    finally:
        progress.failed += bool(done.problem)
        run.yields.ended(dealt, done.problem)
        stream.leave(dealt)
