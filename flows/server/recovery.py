"""Runs that a power cut or a kill -9 left Running for ever: they become Crashed, and can be retried."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from flows.server.engines import engines, forget, orphans

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import FlowRun

LOST = (
    "The process of this run ended without a word, as after a power cut or a kill -9. Retry resumes it: what was paid for is "
    "kept, but for the calls that were under way."
)
END_SECONDS = 10
START_MINUTES = 3
"""How long a process may take from being asked for to its flow."""


def recover(deployments: Collection[UUID], alone: bool) -> list[str]:
    """Crash the runs of this home whose process is dead, with their tasks; their names.

    A process that never got to its flow has not announced itself. So runs of our own `deployments` are dead as well if
    `alone`, before anything is started here at a server that nobody else serves; elsewhere those that do not get to start.
    """
    from prefect.client.orchestration import get_client

    known = {engine.run: engine for engine in engines()}
    with get_client(sync_client=True) as client:
        under_way = _under_way(client)
        lost = []
        for run in under_way:
            engine = known.get(str(run.id))
            ours = run.deployment_id in deployments and (alone or _never_started(run))
            if ours if engine is None else not engine.alive:
                _crash(client, run)
                lost.append(run.name)
    for engine in known.values():
        if not engine.alive:
            forget(engine.run)
    return lost


def end_orphans() -> None:
    """End the processes that a `serve` of this home left behind as it was killed."""
    until = time.monotonic() + END_SECONDS
    while (left := orphans()) and time.monotonic() < until:
        for process in left:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(0.1)


def _under_way(client: SyncPrefectClient) -> list[FlowRun]:
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
    from prefect.client.schemas.objects import StateType

    kinds = FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING, StateType.CANCELLING])
    asked = FlowRunFilter(state=FlowRunFilterState(type=kinds))
    found: list[FlowRun] = []
    while page := client.read_flow_runs(flow_run_filter=asked, limit=200, offset=len(found)):
        found.extend(page)
    return found


def _never_started(run: FlowRun) -> bool:
    waits_since = run.state.timestamp if run.state and run.state.is_pending() else None
    return waits_since is not None and waits_since < datetime.now(UTC) - timedelta(minutes=START_MINUTES)


def _crash(client: SyncPrefectClient, run: FlowRun) -> None:
    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterId,
        TaskRunFilter,
        TaskRunFilterState,
        TaskRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType
    from prefect.states import Crashed

    client.set_flow_run_state(run.id, Crashed(message=LOST), force=True)
    kinds = TaskRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])
    tasks = client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run.id])),
        task_run_filter=TaskRunFilter(state=TaskRunFilterState(type=kinds)),
    )
    for task in tasks:
        client.set_task_run_state(task.id, Crashed(message=LOST), force=True)
