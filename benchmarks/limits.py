"""What the limiter makes of endpoints that refuse, change, queue and die: in real time, against the simulator.

Calls go through the teacher, or, where documents have to be accounted for, through whole steps. Some rows run side by side; all
of them take less than five minutes on two quiet cores.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import write_corpus
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


@dataclass(frozen=True)
class Row:
    """A figure and what it must reach."""

    what: str
    figure: float
    bound: float
    at_most: bool = False

    def __str__(self) -> str:
        kept = self.figure <= self.bound if self.at_most else self.figure >= self.bound
        return (
            f"{self.figure:>8.3f}  {'≤' if self.at_most else '≥'} {self.bound:<7g} {'' if kept else '(!) '}{self.what}"
        )


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


async def refusing(capacity: str, what: str, calls_a_second: float, seconds: float, goodput: float) -> list[Row]:
    """Goodput at an endpoint that refuses what is above its rate, and the share of calls that it refused."""
    with simulator(latency=LATENCY, capacity=capacity, teacher=TEACHER) as server:
        await asked(server, seconds)
        stats = server.stats()
    answered, refused = stats["answered"], stats["faults"].get("beyond_capacity", 0)
    lasted = stats["last_departure"] - stats["first_arrival"]
    return [
        Row(f"of what the endpoint allows is answered: {what}", answered / calls_a_second / lasted, goodput),
        Row("of the calls are answered 429", refused / stats["requests"], 0.03, at_most=True),
    ]


async def queueing(serves: int, seconds: float) -> list[Row]:
    """Calls under way at an endpoint that works at a few of them at once."""
    with simulator(latency=LATENCY, capacity=f"serve={serves}", teacher=TEACHER) as server:
        teacher, _ = await asked(server, seconds)
        stats = server.stats()
    return [
        Row(
            f"places for each call that an endpoint works at, {serves} at once, in the end",
            teacher.limiter.limit / serves,
            6,
            True,
        ),
        Row(
            "of its speed is used", stats["answered"] / serves / (stats["last_departure"] - stats["first_arrival"]), 0.9
        ),
    ]


async def dead(documents: int, began: float, ended: float) -> list[Row]:
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
    return [
        Row(
            "of the documents are accounted for where the endpoint is dead for two minutes",
            1 - len(outcome.lost()) / pieces,
            1,
        ),
        Row("shards are broken by that", len(outcome.broken), 0, at_most=True),
        Row("calls meet the dead endpoint", faults.get("down", 0), 100, at_most=True),
        Row("times the run's length without it, and two minutes", seconds / (ended - began + 60), 1.2, at_most=True),
    ]


async def overshoot(budget: Budget, what: str, most: int) -> list[Row]:
    """Calls beyond a budget."""
    with simulator(latency="0.2", teacher=TEACHER) as server:
        teacher, under_way = await asked(server, 60, budget)
    beyond = teacher.usage.made - most
    return [Row(f"calls beyond a budget of {what}, for each under way", beyond / under_way, 1, at_most=True)]


async def measured() -> list[Sequence[Row]]:
    """All rows."""
    away = asyncio.create_task(dead(40, 10, 130))
    rows: list[Sequence[Row]] = [await refusing("rate=100", "100 calls a second", 100, 60, 0.95)]
    told = "rate=100,retry_after=1,headers=1"
    rows.append(await refusing(told, "the same, with Retry-After and headers", 100, 45, 0.95))
    both = refusing("rate=100:50:30", "100 and 50 by turns, each for 30 s", 75, 120, 0.85), queueing(4, 110)
    rows += await asyncio.gather(*both)
    rows.append(await overshoot(Budget(calls=1000), "1,000 calls", 1000))
    rows.append(await overshoot(Budget(tokens=1000 * TOKENS), "15,000 tokens", 1000))
    return [*rows, await away]


def main() -> None:
    """Print each figure with its bound."""
    print(f"endpoint: {LATENCY} s; the limiter as it is without any setting")
    for rows in asyncio.run(measured()):
        print("\n".join(map(str, rows)), flush=True)


if __name__ == "__main__":
    main()
