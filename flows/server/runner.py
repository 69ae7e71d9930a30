"""Runs what the UI or a schedule starts, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from uuid import UUID

import anyio
import httpx
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner

from flows.server.engines import engines
from flows.server.prefect_server import PrefectServer
from flows.server.recovery import end_orphans, recover

GRACE_SECONDS = 60.0
"""How long the calls that are under way may take to end."""
RECOVERY_SECONDS = 60.0


class Serving(Runner):
    """A runner whose runs end by themselves when it is stopped, as Ctrl-C ends a run: they say what became of them."""

    def handle_sigterm(self, *_: object) -> None:
        """Begin to stop; the second time leave at once. Nothing is logged: a signal may come while something else is."""
        if not self.started or self.stopping:
            sys.exit(0)
        self.stopping = True
        self.execute_in_background(self.astop)

    async def cancel_all(self) -> None:
        asked: set[int] = set()
        with anyio.move_on_after(GRACE_SECONDS):
            while ours := {e.process for e in engines() if e.alive and e.serve == os.getpid()} | set(
                filter(lives, asked)
            ):
                if new := ours - asked:
                    print(f"Stopping {len(new)} runs; Ctrl-C again to leave at once.", file=sys.stderr, flush=True)
                for process in new:
                    os.kill(process, signal.SIGTERM)
                asked |= new
                await anyio.sleep(0.2)


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def run_until_stopped(
    deployments: Iterable[RunnerDeployment], server: PrefectServer | None, greet: Callable[[list[str]], None]
) -> None:
    """Serve until Ctrl-C or SIGTERM. `greet` is told the names of the runs that had been killed and can be retried."""
    runner, ended = Serving(pause_on_shutdown=False), threading.Event()
    known = asyncio.run(_registered(runner, deployments))
    end_orphans()
    greet(recover(known, alone=server is not None))
    signal.signal(signal.SIGINT, runner.handle_sigterm)
    threading.Thread(target=_keep_recovering, args=(known, ended), daemon=True).start()
    if server:
        threading.Thread(target=server.keep_up, args=(ended,), daemon=True).start()
    try:
        asyncio.run(runner.start())
    finally:
        ended.set()
        with suppress(httpx.HTTPError):  # the next start finds them
            recover(known, alone=server is not None)  # what did not end in time


async def _registered(runner: Runner, deployments: Iterable[RunnerDeployment]) -> set[UUID]:
    return {await runner.aadd_deployment(deployment) for deployment in deployments}


def _keep_recovering(deployments: Collection[UUID], ended: threading.Event) -> None:
    """Runs of the command line are killed too, while this goes on."""
    while not ended.wait(RECOVERY_SECONDS):
        try:
            recover(deployments, alone=False)
        except httpx.HTTPError:  # the server is away for a while; the next time will do
            continue
