"""A provider's Batch API in memory, for tests of what stands around it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.records import Json
from tasks.settings import Settings
from tasks.teacher import Fault, Teacher
from tasks.teacher.batches.jobs import NoBatchAPI, Outcome, State
from tasks.teacher.batches.opening import open_batcher
from tasks.teacher.budget import Budget
from tasks.teacher.ledger import Ledger
from tasks.teacher.limiter import Limiter
from tasks.teacher.prices import Price
from tasks.teacher.usage import Usage
from tests.scripted import Scripted, reply

Answer = Callable[[int, str, Json], Outcome | None]
"""From the number of the job, a key and a request to what came of it."""


def answered(job: int, key: str, body: Json) -> Outcome | None:
    return Outcome(key, reply=reply(f"Answer to {body['messages'][-1]['content']}"))


@dataclass
class Provider:
    """Jobs that take some looks; what was paid for is counted."""

    answer: Answer = answered
    looks: int = 1
    """Looks at a job before it has ended."""
    states: dict[int, State] = field(default_factory=dict)
    """How jobs end that do not end well, by number."""
    lost: set[int] = field(default_factory=set)
    """Jobs that are accepted unheard."""
    there: bool = True
    most_requests: int = 50
    most_bytes: int = 100_000
    sent: list[tuple[str, list[Json]]] = field(default_factory=list)
    """Tag and requests of each job."""
    paid: Counter[str] = field(default_factory=Counter)
    looked: Counter[str] = field(default_factory=Counter)
    form: int = 0

    async def check(self) -> None:
        if not self.there:
            raise NoBatchAPI

    def version(self) -> object:
        return self.form

    def line(self, key: str, body: Json) -> bytes:
        return json.dumps({"key": key, "body": body}).encode()

    async def submit(self, lines: Sequence[bytes], tag: str) -> str:
        self.sent.append((tag, [json.loads(line) for line in lines]))
        if len(self.sent) in self.lost:
            raise Fault("transport", "connection")
        return str(len(self.sent))

    async def find(self, tag: str, since: float, keys: Collection[str], known: Collection[str]) -> str | None:
        return next((str(number) for number, (known, _) in enumerate(self.sent, 1) if known == tag), None)

    async def state(self, job: str) -> State:
        self.looked[job] += 1
        return self.states.get(int(job), State(ended=True)) if self.looked[job] > self.looks else State(ended=False)

    async def outcomes(self, job: str) -> AsyncIterator[Outcome]:
        for request in reversed(self.sent[int(job) - 1][1]):
            outcome = self.answer(int(job), request["key"], request["body"])
            if outcome:
                self.paid[outcome.key] += outcome.fault is None
                yield outcome

    async def forget(self, job: str) -> None:
        return None

    def revised(self, body: Json, version: object, fault: Fault, said: str) -> Json | None:
        if said != "no temperature" or "temperature" not in body:
            return None
        self.form += 1
        return {name: value for name, value in body.items() if name != "temperature"}


class Batched(Scripted):
    """A scripted endpoint whose provider has a Batch API."""

    provider: Provider

    def jobs(self) -> Provider:
        return self.provider


def run(
    ledger_url: str,
    provider: Provider,
    work: Callable[[Teacher], Awaitable[Any]],
    *,
    endpoint: Scripted | None = None,
    price: Price | None = None,
    budget: Budget = Budget(),  # noqa: B008 (frozen)
    **options: Any,
) -> Teacher:
    """A teacher whose calls of the step `respond` are batched, after `work` was done with it, closed."""
    found: list[Teacher] = []

    async def inside() -> None:
        own = endpoint or Batched()
        own.provider = provider  # type: ignore[attr-defined]
        chosen = {"patience_seconds": 1, "batch": "respond", "batch_poll_seconds": 0.005, "batch_quiet_seconds": 0.01}
        settings = Settings(**{**chosen, **options})
        ledger, usage = Ledger(ledger_url), Usage()
        batcher = open_batcher(own, price, settings, ledger, ledger_url, usage)
        teacher = Teacher(own, ledger, Limiter(4), settings, price, batcher=batcher, budget=budget, usage=usage)
        found.append(teacher)
        try:
            async with asyncio.timeout(10):
                await work(teacher)
        finally:
            await teacher.close()

    asyncio.run(inside())
    return found[0]
