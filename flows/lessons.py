"""The parts of a teaching as Prefect tasks: rows are made ready once, and another process trains, which is told of as it goes."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.context import TaskRunContext

from flows.server.engines import stay_with
from flows.shards import drop_damaged_result, results
from flows.teaching import TeachOrder
from flows.telling.phrases import clock
from flows.telling.story import say
from tasks.publish.release.origin import Origin
from tasks.publish.release.places import public
from tasks.records import Json, digest
from tasks.training.cluster import write_for_cluster
from tasks.training.launch import command
from tasks.training.plan import LOG, PROGRESS, RESULT, WORK, Plan
from tasks.training.preparation import PREFERENCES, Wanted, key_of, prepare, ready
from tasks.training.progress import PARENT, Follower
from tasks.training.recipes import Course, told_of
from tasks.training.students import TeachingError, TrainingStopped

_LOOK_SECONDS = 0.5
_SAY_SECONDS = 60.0
_STAGES = {
    "before": "Loss of held-out rows before",
    "rows": "Training",
    PREFERENCES: "Preferences",
    "after": "Loss of held-out rows after",
}


class Lesson:
    """What is taught, to whom, and where to. A plain class: Prefect would walk through anything else."""

    def __init__(self, order: TeachOrder) -> None:
        self.order, self.output = order, str(Path(order.output).absolute())
        self.wanted = Wanted(
            data=order.data,
            student=order.student,
            output=self.output,
            recipe=order.decided,
            preferences=order.preferences,
            offline_rows=order.offline_rows,
        )
        self.key = key_of(self.wanted, Origin(order.data))

    @property
    def cache_key(self) -> str:
        return f"teach-{digest(self.output)[:16]}-{self.key}"

    def facts(self) -> Json:
        """What a manifest tells of it: no path of this machine."""
        return {
            "student": public(self.order.student),
            "data": public(self.order.data.rstrip("/")),
            "origin": Origin(self.order.data).manifest,
            "recipe": self.order.recipe,
            "method": self.wanted.recipe.method,
            "settings": told_of(self.wanted.recipe),
        }

    def plan(self, prepared: Json) -> Plan:
        return Plan(
            student=self.order.student,
            output=self.output,
            recipe=self.wanted.recipe,
            course=Course(**prepared["course"]),
            pairs=sum(prepared[PREFERENCES]["rows"].values()),
            held_out=sum(prepared["held_out"]["rows"].values()),
            prepared=prepared["key"],
        )


async def made_ready(lesson: Lesson) -> Json:
    """What is told of the rows as tokens, made unless they are there."""
    whole = await asyncio.to_thread(ready, lesson.wanted, lesson.key)
    drop_damaged_result(lesson.cache_key)
    wanted = _make_ready.with_options(refresh_cache=whole is None, result_storage=results())
    told: Json = await wanted(lesson)
    if not told["trained"]["rows"]:
        reasons = {why for fell in told["trained"]["rejected"].values() for why in fell}
        raise TeachingError(f"no row can be taught: {', '.join(sorted(reasons)) or 'the dataset holds none'}")
    return told


def _cache_key(_: TaskRunContext, parameters: dict[str, Any]) -> str:
    lesson: Lesson = parameters["lesson"]
    return lesson.cache_key


@task(
    name="make ready",
    task_run_name="make rows ready",
    cache_key_fn=_cache_key,
    persist_result=True,
    result_serializer="json",
    cache_result_in_memory=False,
    log_prints=False,
)
async def _make_ready(lesson: Lesson) -> Json:
    """Read the rows as tokens and pack them into windows: in a process of its own, whose half a GiB of libraries is free again
    before the training starts."""
    loop, fresh = asyncio.get_running_loop(), get_context("spawn")
    apart = ProcessPoolExecutor(1, fresh, initializer=stay_with, initargs=(os.getpid(),))
    try:
        return await loop.run_in_executor(apart, prepare, lesson.wanted, lesson.key)
    except BrokenProcessPool:
        raise TrainingStopped(
            "the process that makes rows ready was killed, as the system does where memory is short: run the same command again"
        ) from None
    except asyncio.CancelledError:
        for process in active_children():  # a pool waits for what it does
            process.terminate()
        raise
    finally:
        apart.shutdown(wait=False, cancel_futures=True)


@task(name="train", task_run_name="train", cache_policy=NO_CACHE, persist_result=False, log_prints=False)
async def taught(lesson: Lesson, prepared: Json) -> Json:
    """What a training came to: carried out by another process, and resumed where an earlier one was killed."""
    plan = lesson.plan(prepared)
    if (done := plan.kept(RESULT)) and plan.path("model.safetensors").exists():
        return done
    _forget_others(plan)
    plan.write()
    follower = Follower(plan.path(PROGRESS))
    with plan.path(LOG).open("ab") as log:
        environment = {**os.environ, PARENT: str(os.getpid()), "TOKENIZERS_PARALLELISM": "false"}
        process = await asyncio.create_subprocess_exec(
            *command(plan, lesson.order.processes),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
        )
        try:
            await _tell(process, follower)
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()
    result = plan.kept(RESULT)
    if process.returncode or result is None:
        raise TrainingStopped(
            f"the training ended with {process.returncode} before it was done, {plan.path(LOG)} tells why: run the same "
            "command again to resume"
        )
    return result


def _forget_others(plan: Plan) -> None:
    """Remove what a training by another plan left: its checkpoints fit no other."""
    work = plan.path(WORK)
    before = plan.path("training/plan.json")
    if before.exists() and _key(before) != plan.key:
        for path in work.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.suffix != ".arrow" and path.name != "prepared.json":
                path.unlink()


def _key(path: Path) -> str:
    try:
        return Plan.read(str(path)).key
    except ValueError:  # of another version
        return ""


async def _tell(process: asyncio.subprocess.Process, follower: Follower) -> None:
    """Tell of the training until it ends: each stage when it begins, and then once in a while."""
    ended = asyncio.ensure_future(process.wait())
    stage, told = "", time.monotonic()
    while True:
        done, _ = await asyncio.wait({ended}, timeout=_LOOK_SECONDS)
        lines = [line for line in follower.new() if line["stage"] in _STAGES]
        for line in lines:
            last = line["step"] == line["of"]
            if line["stage"] != stage or last or time.monotonic() - told > _SAY_SECONDS:
                stage, told = line["stage"], time.monotonic()
                say(_line(line))
        if done:
            return


def _line(line: Json) -> str:
    """A line of progress for people."""
    parts = [f"{_STAGES[line['stage']]}: {line['step']:,} of {line['of']:,}"]
    if "loss" in line:
        parts.append(f"loss {line['loss']:.3f}")
    if "tokens_per_second" in line:
        parts.append(f"{line['tokens_per_second']:,.0f} tokens a second")
    if line.get("seconds_left"):
        parts.append(f"{clock(line['seconds_left'])} left")
    return ", ".join(parts) + "."


@task(name="configure", task_run_name="files for a cluster", cache_policy=NO_CACHE, persist_result=False)
async def written_for_a_cluster(lesson: Lesson) -> Json:
    """Write the file for axolotl, the rows that it reads, and the commands."""
    order = lesson.order
    return await asyncio.to_thread(write_for_cluster, lesson.wanted, order.processes, order.recipe)
