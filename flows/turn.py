"""A served run waits its turn: one run at a time writes to a directory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from typing import TypeVar

from prefect import get_run_logger
from prefect.runtime import deployment, flow_run

from flows.home import keep_private
from flows.server.engines import announced
from tasks.records.store import DirectoryBusy

LOOK_SECONDS = 3.0
T = TypeVar("T")


@asynccontextmanager
async def in_turn(output: str, hold: Callable[[], AbstractContextManager[T]]) -> AsyncIterator[T]:
    """What `hold` gives, which holds the directory, in a flow that is known to be executed by this process.

    A run of a deployment waits until no other run holds the directory, as long as that takes, and its log says so: whoever
    scheduled it is not there to start it again. Elsewhere DirectoryBusy is raised at once.
    """
    with announced(flow_run.id), ExitStack() as held:
        told = False
        while True:
            try:
                ready = held.enter_context(hold())
                break
            except DirectoryBusy:
                if not deployment.id:
                    raise
            if not told:
                get_run_logger().info("Waits its turn: another run is writing to %s.", output)
                told = True
            await asyncio.sleep(LOOK_SECONDS)
        try:
            yield ready
        finally:
            keep_private()
