"""Who executes shares: processes of this machine, Dask or Ray by Prefect's task runners, or the workers of a work pool."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any, Protocol

from prefect.client.orchestration import get_client
from prefect.deployments import run_deployment
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner

from flows.server.engines import stay_with
from flows.shares.flow import work
from tasks.records import Json
from tasks.settings import Running, SettingsError

DEPLOYMENT = "share/share-pool"
POLL_SECONDS = 2.0


class Runner(Protocol):
    """Executes a share, given the parameters of its flow; blocks until it has ended, well or not, or `over` is set."""

    def __call__(self, given: Json, over: threading.Event) -> None: ...


@contextmanager
def runner_of(running: Running) -> Iterator[Runner]:
    """What executes the shares of a run; SettingsError, in one sentence, where it is out of reach."""
    made: dict[str, Callable[[int, str], AbstractContextManager[Runner]]] = {
        "processes": _processes,
        "dask": _dask,
        "ray": _ray,
        "pool": _pool,
    }
    with ExitStack() as stack:
        try:
            runner = stack.enter_context(made[running.runner](running.processes, running.address))
        except (OSError, TimeoutError, RuntimeError) as problem:
            where = f"at {running.address}" if running.address else "on this machine"
            raise SettingsError(
                f"--runner {running.runner} cannot be had {where} ({type(problem).__name__}): start it there, "
                "or name another --address"
            ) from problem
        yield runner


@contextmanager
def _processes(shares: int, address: str) -> Iterator[Runner]:
    """Each share a process pool of its own: a process that dies breaks its whole pool."""

    def execute(given: Json, over: threading.Event) -> None:
        with ProcessPoolTaskRunner(max_workers=1, initializer=stay_with, initargs=(os.getpid(),)) as runner:
            runner.submit(work, given).result()

    yield execute


@contextmanager
def _dask(shares: int, address: str) -> Iterator[Runner]:
    from prefect_dask.task_runners import DaskTaskRunner

    own = {"n_workers": shares, "threads_per_worker": 1, "dashboard_address": None}
    with DaskTaskRunner(address=address) if address else DaskTaskRunner(cluster_kwargs=own) as runner:
        _ = runner.client  # made here, not by several threads at once
        yield _by(runner)


@contextmanager
def _ray(shares: int, address: str) -> Iterator[Runner]:
    from prefect_ray.task_runners import RayTaskRunner

    own = {"num_cpus": shares, "include_dashboard": False, "log_to_driver": False}
    with RayTaskRunner(address=address) if address else RayTaskRunner(init_kwargs=own) as runner:
        yield _by(runner)


def _by(runner: TaskRunner[Any]) -> Runner:
    def execute(given: Json, over: threading.Event) -> None:
        runner.submit(work, given).result()

    return execute


@contextmanager
def _pool(shares: int, address: str) -> Iterator[Runner]:
    """Flow runs of a deployment: whichever worker of its pool is free takes one."""
    with get_client(sync_client=True) as known:
        try:
            known.read_deployment_by_name(address or DEPLOYMENT)
        except ObjectNotFound:
            raise SettingsError(
                f"there is no deployment {address or DEPLOYMENT} at the run's Prefect server: set PREFECT_API_URL to the "
                "one that the pool's workers ask; `prefect deploy --prefect-file deployments/shares.yaml --all` makes it there"
            ) from None

    def execute(given: Json, over: threading.Event) -> None:
        # In a thread of its own, though the flow above is asynchronous.
        started: Any = run_deployment(address or DEPLOYMENT, parameters=given, timeout=0, _sync=True)  # type: ignore[call-arg]
        with get_client(sync_client=True) as client:
            while not over.is_set():
                state = client.read_flow_run(started.id).state
                if state and state.is_final():
                    return
                over.wait(POLL_SECONDS)
            until = time.monotonic() + 10 * POLL_SECONDS
            while (state := client.read_flow_run(started.id).state) and not state.is_final():
                if time.monotonic() > until:
                    client.set_flow_run_state(started.id, Cancelled(), force=True)
                time.sleep(POLL_SECONDS)

    yield execute
