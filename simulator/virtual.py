"""Calls to an endpoint of a certain capacity through a limiter, on a clock that jumps from one event to the next: minutes of them
take a second."""

from __future__ import annotations

import asyncio
import math
import random
import selectors
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from simulator.capacity import Capacity, parse
from tasks.teacher.faults import Fault
from tasks.teacher.limiter import Limiter

Latency = Callable[[random.Random, float], float]
"""Seconds that an answer takes, asked for at a time."""


def lognormal(mean: float = 1.0, sigma: float = 0.5) -> Latency:
    """Alike at all times."""
    return lambda dice, now: dice.lognormvariate(math.log(mean) - sigma**2 / 2, sigma)


@dataclass
class Load:
    """What came of so many workers' calls within so many seconds."""

    seconds: float
    answered: list[float] = field(default_factory=list)
    """When each answer came."""
    sent: int = 0
    refused: int = 0
    failed: int = 0
    under_way: int = 0
    most: int = 0
    """The most that the endpoint had to do with at once."""

    def speed(self, since: float = 0.0) -> float:
        """Answers a second, from then on."""
        return sum(since <= at for at in self.answered) / (self.seconds - since)


@dataclass
class Asker:
    """Workers that ask one thing after the other, and again what failed."""

    capacity: str
    latency: Latency = field(default_factory=lognormal)
    failing: float = 0.0
    """Share of calls that fail whatever is asked."""
    network: float = 0.02
    """Seconds on the way there."""
    seed: int = 0

    def __post_init__(self) -> None:
        self._dice, self._endpoint = random.Random(self.seed), Capacity(parse(self.capacity), 0.0)

    async def ask(self, limiter: Limiter, load: Load, workers: int) -> None:
        """Ask until the time is over."""
        tasks = [asyncio.create_task(self._worker(limiter, load)) for _ in range(workers)]
        await asyncio.sleep(load.seconds)
        limiter.release()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _worker(self, limiter: Limiter, load: Load) -> None:
        while True:
            order, tries = limiter.order(), 0
            while True:
                try:
                    async with limiter.slot(order=order):
                        await self._call(limiter, load)
                    break
                except Fault as fault:
                    tries += 1
                    wait = self._dice.uniform(0, min(30, 0.5 * 2**tries))
                    await asyncio.sleep((fault.retry_after or 0) + wait / (10 if fault.retry_after else 1))

    async def _call(self, limiter: Limiter, load: Load) -> None:
        loop, endpoint = asyncio.get_running_loop(), self._endpoint
        load.sent += 1
        await asyncio.sleep(self.network + 1e-7 * (load.sent % 100_000))  # in the order in which they went
        if endpoint.down(loop.time()):
            load.failed += 1
            raise Fault("transport", "connection")
        if not endpoint.takes(loop.time()):
            load.refused += 1
            self._hear(limiter, refused=True)
            raise Fault("transport", "http_429", retry_after=endpoint.bounds.retry_after or None)
        if self._dice.random() < self.failing:
            load.failed += 1
            raise Fault("transport", "http_500")
        load.under_way += 1
        load.most = max(load.most, load.under_way)
        try:
            async with endpoint.place():
                await asyncio.sleep(self.latency(self._dice, loop.time()))
        finally:
            load.under_way -= 1
        self._hear(limiter, refused=False)
        load.answered.append(loop.time())

    def _hear(self, limiter: Limiter, *, refused: bool) -> None:
        told = self._endpoint.headers(asyncio.get_running_loop().time(), refused=refused)
        limiter.heard([(name.encode(), value.encode()) for name, value in told.items()])


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run it on a clock that begins at 0 and jumps."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.run(work)


class _Jumping(selectors.DefaultSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now
