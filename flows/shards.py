"""The steps as Prefect tasks: one task run is one step over one shard, cached and retryable, named so that a graph reads well."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.context import TaskRunContext
from prefect.settings import PREFECT_LOCAL_STORAGE_PATH

from tasks.agents.run import Run
from tasks.records import Json
from tasks.records.store import ShardRef
from tasks.steps.instruct import INSTRUCT
from tasks.steps.reading import read_documents
from tasks.steps.refine import REFINE
from tasks.steps.respond import RESPOND
from tasks.steps.step import Step, run_step
from tasks.steps.transform import TRANSFORM
from tasks.steps.verify import VERIFY
from tasks.teacher import EndpointDown


class ShardTask:
    """A step as a task. Prefect's cache answers only while the shard's file still matches its manifest."""

    def __init__(self, step: Step) -> None:
        self.name = step.name
        self._step = step
        self._task = task(
            name=step.name,
            cache_key_fn=_cache_key(step),
            persist_result=True,
            result_serializer="json",
            cache_result_in_memory=False,
            retries=1,
            retry_delay_seconds=5,
            retry_jitter_factor=0.5,
            retry_condition_fn=_worth_retrying,
            log_prints=False,
        )(_runner(step))

    async def __call__(self, run: Run, shard: ShardRef) -> ShardRef:
        whole = await asyncio.to_thread(run.store.find_shard, self.name, self._step.key(shard, run))
        _drop_damaged_result(_key_of(self._step, shard, run))
        named = self._task.with_options(
            task_run_name=f"{self.name} {run.skill.name} {shard['uri'].rsplit('/', 1)[-1][:8]}",
            refresh_cache=whole is None,
        )
        ref: ShardRef = await named(run, shard)
        return ref


def _runner(step: Step) -> Callable[[Run, ShardRef], Awaitable[ShardRef]]:
    async def over_shard(run: Run, shard: ShardRef) -> ShardRef:
        return await run_step(step, shard, run)

    over_shard.__name__ = over_shard.__qualname__ = step.name
    over_shard.__doc__ = step.work.__doc__
    return over_shard


def _cache_key(step: Step) -> Callable[[TaskRunContext, dict[str, Any]], str]:
    return lambda _, parameters: _key_of(step, parameters["shard"], parameters["run"])


def _key_of(step: Step, shard: ShardRef, run: Run) -> str:
    # The run directory is part of it: a reference is a path below it.
    return f"{step.name}-{run.store.identity}-{step.key(shard, run)}"


def _drop_damaged_result(key: str) -> None:
    """Remove a result file that a kill left half written: Prefect writes it in place, and an empty one fails the task."""
    path = Path(PREFECT_LOCAL_STORAGE_PATH.value()) / key
    try:
        json.loads(path.read_bytes())
    except FileNotFoundError:
        return
    except ValueError:
        path.unlink(missing_ok=True)


def _worth_retrying(_: object, __: object, state: Any) -> bool:
    return isinstance(state.data, EndpointDown)


@task(name="documents", task_run_name="documents", cache_policy=NO_CACHE, persist_result=False)
async def read(run: Run, documents: list[str], limit: int, shard_size: int) -> Json:
    """Read, cut and shard the documents."""
    return await asyncio.to_thread(
        read_documents,
        run.store,
        documents,
        run.mix,
        run.settings,
        limit=limit,
        shard_size=shard_size,
        stopped=lambda: run.teacher.stopped,
    )


transform, instruct, refine, respond, verify = map(ShardTask, (TRANSFORM, INSTRUCT, REFINE, RESPOND, VERIFY))
