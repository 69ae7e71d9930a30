"""Who executes tasks over shards that only compute: this process, processes of this machine, Dask or Ray."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from prefect import Task
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from flows.server.engines import stay_with
from tasks.records import Json
from tasks.settings import SettingsError

FEW = 20_000
"""Rows up to which processes of their own are not worth their start."""


class Crew:
    """Executes tasks side by side."""

    def __init__(self, runner: TaskRunner[Any]) -> None:
        self._runner = runner

    def all_of(
        self, task: Task[..., Any], given: Sequence[Json], there: Callable[[Json], bool] = lambda _: True
    ) -> list[Any]:
        """What the task makes of each of these parameters, in their order; the first problem is raised. What Prefect remembers
        counts only where it is still `there`."""
        again = task.with_options(refresh_cache=True)
        futures = [self._runner.submit(task if there(each) else again, parameters=each) for each in given]
        return [future.result() for future in futures]


@contextmanager
def crew(runner: str, workers: int, address: str, rows: int) -> Iterator[Crew]:
    """A crew for so many rows; `workers` 0 takes the processors that there are. SettingsError where it is out of reach."""
    count = workers or len(os.sched_getaffinity(0))
    chosen: TaskRunner[Any]
    if runner == "processes":
        alone = count == 1 or rows <= FEW
        chosen = (
            ThreadPoolTaskRunner(max_workers=1)
            if alone
            else ProcessPoolTaskRunner(max_workers=count, initializer=stay_with, initargs=(os.getpid(),))
        )
    else:
        chosen = _elsewhere(runner, count, address)
    with ExitStack() as stack:
        try:
            ready = stack.enter_context(chosen)
        except (OSError, TimeoutError) as problem:
            where = f"at {address}" if address else "on this machine"
            raise SettingsError(
                f"--runner {runner} cannot be had {where} ({type(problem).__name__}): start it there, or name another "
                "--address"
            ) from problem
        yield Crew(ready)


def _elsewhere(runner: str, count: int, address: str) -> Any:
    try:
        if runner == "dask":
            from prefect_dask.task_runners import DaskTaskRunner

            own = {"n_workers": count, "threads_per_worker": 1, "dashboard_address": None}
            return DaskTaskRunner(address=address) if address else DaskTaskRunner(cluster_kwargs=own)
        from prefect_ray.task_runners import RayTaskRunner

        ours = {"num_cpus": count, "include_dashboard": False, "log_to_driver": False}
        return RayTaskRunner(address=address) if address else RayTaskRunner(init_kwargs=ours)
    except ImportError:
        raise SettingsError(f"--runner {runner} needs its package: pip install 'agentinstruct[{runner}]'") from None
