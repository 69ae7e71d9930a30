"""A share as a flow run, wherever it is executed, and as the task that Prefect's task runners take to another process."""

from __future__ import annotations

import asyncio
import os
from contextlib import AbstractContextManager, nullcontext

import uvloop
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import deployment, flow_run

import prompts
from flows.preparation import Prepared
from flows.server.engines import announced
from flows.session import teaching
from flows.shares.exchange import Exchange, Standing
from flows.shares.parts import UsedUp, part_of
from flows.shares.share import Share
from tasks.records.store import Store
from tasks.steps.reading import Pieces
from tasks.steps.run import Run


@task(name="share", task_run_name="share {number}", cache_policy=NO_CACHE, persist_result=False)
def work(output: str, run: str, number: int) -> None:
    """A share, on an event loop of its own."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(share(output, run, number))


@flow(name="share", flow_run_name="share {number} of {output}", persist_result=False)
async def share(output: str, run: str, number: int) -> None:
    """The part of a run that one process works on. A run starts its shares itself; nobody else need.

    Args:
        output: The run directory, as the machine that executes the share reaches it.
        run: Which run to that directory.
        number: Which of its shares, from 1 on.

    Raises:
        Abandoned: The run has ended, or was started again.
    """
    exchange, attempt = Exchange(Store(output), run), os.urandom(6).hex()
    with _announced():
        plan = await asyncio.to_thread(exchange.plan)
        earlier = await asyncio.to_thread(exchange.attempts, number)
        try:
            order = part_of(plan.order, number, plan.shares, earlier.values())
        except UsedUp:
            await asyncio.to_thread(exchange.tell, number, attempt, Standing(spent=True, ended=True))
            return
        if plan.skills:
            prompts.use(plan.skills)
        async with teaching(Prepared(order)) as session:
            await Share(Run(session, Pieces()), exchange, number, attempt).work()


def _announced() -> AbstractContextManager[None]:
    """As an engine, where this process was started for the share alone."""
    return announced(flow_run.id) if deployment.id else nullcontext()
