"""What takes the shards of a run through the steps: this process, or others that have shares of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from flows.order import Order
from flows.partitions import Way
from flows.telling.progress import Progress
from tasks.publish.target import Target
from tasks.settings import MANY, Running
from tasks.steps.run import Run

AHEAD = 3
"""How many times as many shards as calls need are dealt to shares: what they do is known a moment later."""


def apart(running: Running) -> bool:
    """Whether a run is worked on by other processes than its own."""
    return running.processes > 1 or running.runner != "processes"


@asynccontextmanager
async def way_of(run: Run, order: Order, progress: Progress, target: Target) -> AsyncIterator[Way]:
    """The way that the shards of a run go, here or elsewhere; shares have ended when the block has."""
    if not apart(order.running):
        yield Way(progress, target)
        return
    from flows.shares.attempts import Attempts  # brings with it what executes shares
    from flows.shares.dealer import Dealer
    from flows.shares.exchange import remove

    dealer = Dealer(run, order)
    await dealer.begin()
    try:
        async with Attempts(run, dealer, order.running).under_way():
            yield Way(progress, target, dealer.through, ahead=AHEAD, most=MANY)
    finally:
        await asyncio.to_thread(remove, run.store)
