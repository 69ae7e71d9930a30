"""What the limiter makes of endpoints that refuse, change, queue and die: in real time, against the simulator.

Calls go through the teacher, or, where documents have to be accounted for, through whole steps. Some rows run side by side; all
of them take less than five minutes on two quiet cores.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import write_corpus
from benchmarks.measures import Measure, print_table
from simulator import Server, simulator
from simulator.pipeline import drive, opened
from simulator.raw import TEACHER
from tasks.records import Record
from tasks.settings import Settings
from tasks.teacher import StopRun, Teacher, open_teacher
from tasks.teacher.budget import Budget

LATENCY = "lognormal:1.0:0.5"
TOKENS = 15
"""What an answer of the simulator's stub takes."""
WORKERS = 400
SAYS_YES = Settings(request_extra='{"metadata": {"content": "Yes."}}')


async def asked(server: Server, seconds: float, budget: Budget = Budget()) -> tuple[Teacher, int]:  # noqa: B008 (frozen)
    """A teacher of whom one thing after the other was asked, by many at once, for so long or until its budget was used up; and
    the most calls that were under way."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = f"sqlite:///{folder}/ledger.db"
        teacher = open_teacher("simulated", server.base_url, SAYS_YES, ledger, budget)
        numbers, most = itertools.count(), 0

        async def ask() -> None:
            nonlocal most
            while True:
                question = [{"role": "user", "content": f"Question {next(numbers)}?"}]
                await teacher.chat(question, agent="benchmark", temperature=0.0, max_tokens=64)
                most = max(most, teacher.limiter.active + 1)

        tasks = [asyncio.create_task(ask()) for _ in range(WORKERS)]
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        for task in tasks:
            if not teacher.stopped:
                task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError | StopRun) for end in ended), set(map(type, ended))
        await teacher.close()
    return teacher, most


async def refusing(capacity: str, what: str, calls_a_second: float, seconds: float, goodput: float) -> list[Measure]:
    """Goodput at an endpoint that refuses what is above its rate, and the share of calls that it refused."""
    with simulator(latency=LATENCY, capacity=capacity, teacher=TEACHER) as server:
        await asked(server, seconds)
        stats = server.stats()
    answered, refused = stats["answered"], stats["faults"].get("beyond_capacity", 0)
    lasted = stats["last_departure"] - stats["first_arrival"]
    return [
        Measure(f"goodput / what is allowed: {what}", answered / calls_a_second / lasted, goodput, least=True),
        Measure(f"calls answered 429 / all calls: {what}", refused / stats["requests"], 0.03),
    ]


async def queueing(serves: int, seconds: float) -> list[Measure]:
    """Calls under way at an endpoint that works at a few of them at once."""
    with simulator(latency=LATENCY, capacity=f"serve={serves}", teacher=TEACHER) as server:
        teacher, _ = await asked(server, seconds)
        stats = server.stats()
    lasted = stats["last_departure"] - stats["first_arrival"]
    how = f"an endpoint that works at {serves} at once and queues the rest"
    return [
        Measure("places in the end / calls that it works at", teacher.limiter.limit / serves, 6, how=how),
        Measure("answers / what it could give", stats["answered"] / serves / lasted, 0.9, least=True, how=how),
    ]


async def dead(documents: int, began: float, ended: float) -> list[Measure]:
    """A run whose endpoint is away for a while in the middle."""
    with tempfile.TemporaryDirectory() as name, simulator(latency=LATENCY, capacity=f"down={began}:{ended}") as server:
        folder = Path(name)
        corpus = write_corpus(folder / "corpus", documents, words=110)
        settings = Settings(instructions_per_passage=2)
        start = time.monotonic()
        async with opened(
            "reading_comprehension", folder / "run", settings, base_url=server.base_url, concurrency=8
        ) as run:
            outcome = await drive(run, [str(corpus)])
        seconds, faults = time.monotonic() - start, server.stats()["faults"]
    pieces = sum(isinstance(item, Record) for item in outcome.left["documents"])
    accounted, length = 1 - len(outcome.lost()) / pieces, ended - began + 60
    how = f"an endpoint that is dead for {ended - began:.0f} s in the middle"
    return [
        Measure("documents accounted for / all", accounted, 1, least=True, how=how),
        Measure("the run's length / its length without that, and the time dead", seconds / length, 1.2, how=how),
        Measure("shards that were broken", len(outcome.broken), 0, unit="shards", how=how),
        Measure("calls that met it dead", faults.get("down", 0), 100, unit="calls", how=how),
    ]


async def overshoot(budget: Budget, what: str, most: int) -> list[Measure]:
    """Calls beyond a budget."""
    with simulator(latency="0.2", teacher=TEACHER) as server:
        teacher, under_way = await asked(server, 60, budget)
    beyond = teacher.usage.made - most
    return [Measure(f"calls beyond a budget of {what} / calls under way", beyond / under_way, 1)]


async def _measured() -> list[Measure]:
    away = asyncio.create_task(dead(40, 10, 130))
    found = await refusing("rate=100", "100 calls a second", 100, 60, 0.95)
    told = "rate=100,retry_after=1,headers=1"
    found += await refusing(told, "the same, with Retry-After and headers", 100, 45, 0.95)
    both = refusing("rate=100:50:30", "100 and 50 by turns, each for 30 s", 75, 120, 0.85), queueing(4, 110)
    found += [each for part in await asyncio.gather(*both) for each in part]
    found += await overshoot(Budget(calls=1000), "1,000 calls", 1000)
    found += await overshoot(Budget(tokens=1000 * TOKENS), "15,000 tokens", 1000)
    return [*found, *await away]


def measures() -> list[Measure]:
    """The limiter as it is without any setting, against endpoints that refuse, change, queue and die."""
    return asyncio.run(_measured())


def main() -> None:
    """Print the figures."""
    print_table(measures())


if __name__ == "__main__":
    main()
