"""The steps as Prefect tasks: one task run is one step over one shard, cached and retryable, named so that a graph reads well."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Generator
from functools import cache
from pathlib import Path
from typing import Any

from prefect import task
from prefect.context import TaskRunContext

from flows.home import home
from flows.preparation import Prepared
from flows.telling import story
from tasks.agents.kind import SkillRun
from tasks.records import Json
from tasks.records.store import ShardRef, Store
from tasks.steps.reading import DealtShard, read_documents
from tasks.steps.run import Run
from tasks.steps.step import Step, finished_shard, run_step
from tasks.teacher import EndpointDown


class ShardTask:
    """A step as a task. Prefect's cache answers only while the shard's file still matches its manifest."""

    def __init__(self, step: Step) -> None:
        self.step = step
        self._task = task(
            name=step.name,
            cache_key_fn=_cache_key,
            persist_result=True,
            result_serializer="json",
            cache_result_in_memory=False,
            retries=1,
            retry_delay_seconds=5,
            retry_jitter_factor=0.5,
            retry_condition_fn=worth_retrying,
            log_prints=False,
        )(_runner(step))

    async def __call__(self, run: Run, dealt: DealtShard, shard: ShardRef, learned: Json) -> ShardRef:
        skill, lot = dealt.skill, dealt.lot
        key = await asyncio.to_thread(run.key, self.step, skill, shard, learned, lot)
        whole = await asyncio.to_thread(finished_shard, self.step.name, key, run.store)
        asked = Asked(run.at(skill, self.step, learned, lot), run.store, key, whole)
        drop_damaged_result(asked.cache_key(self.step.name))
        name = f"{self.step.name} {skill} {dealt.number} {dealt.label}".strip()
        # A function: a text would be a template, and the name of a file may hold braces.
        named = self._task.with_options(
            task_run_name=lambda: name, refresh_cache=whole is None, result_storage=results()
        )
        ref: ShardRef = await named(asked, shard)
        return ref


class Asked:
    """What a task run is asked for beside its shard. A plain class: Prefect would walk through anything else."""

    def __init__(self, run: SkillRun, store: Store, key: str, whole: ShardRef | None) -> None:
        self.run, self.store, self.key = run, store, key
        self.whole = whole
        """The shard of this key, if a finished one is there."""

    def cache_key(self, step: str) -> str:
        # The run directory is part of it: a reference is a path below it.
        return f"{step}-{self.store.identity}-{self.key}"


def _runner(step: Step) -> Callable[[Asked, ShardRef], Awaitable[ShardRef]]:
    async def over_shard(asked: Asked, shard: ShardRef) -> ShardRef:
        return asked.whole or await run_step(step, shard, asked.run, asked.store, asked.key)

    over_shard.__name__ = over_shard.__qualname__ = step.name
    over_shard.__doc__ = step.work.__doc__
    return over_shard


def _cache_key(context: TaskRunContext, parameters: dict[str, Any]) -> str:
    asked: Asked = parameters["asked"]
    return asked.cache_key(context.task.name)


def results() -> Path:
    """Where Prefect keeps references to shards: in the home folder, whoever started this process."""
    return home() / "prefect" / "storage"


def drop_damaged_result(key: str) -> None:
    """Remove a result file that a kill left half written: Prefect writes it in place, and an empty one fails the task."""
    path = results() / key
    try:
        json.loads(path.read_bytes())
    except FileNotFoundError:
        return
    except ValueError:
        path.unlink(missing_ok=True)


def worth_retrying(_: object, __: object, state: Any) -> bool:
    """Whether a task run that failed may succeed in a few seconds: the endpoint was away."""
    return isinstance(state.data, EndpointDown)


def shards_of(run: Run, ready: Prepared) -> Generator[DealtShard]:
    """The shards of the run's documents, as they are read."""
    session, files, order = run.session, ready.taken_files(), ready.order
    story.begin(
        session.mix.name, len(files), session.teacher.endpoint.model, session.store.output, str(session.mix.asked)
    )
    given = (run.pieces, session.store, files, session.mix, session.settings)
    return read_documents(*given, seed=order.seed, limit=order.limit, stopped=lambda: session.teacher.stopped)


@cache
def task_of(step: Step) -> ShardTask:
    """The step as a Prefect task."""
    return ShardTask(step)
