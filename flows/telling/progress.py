"""How far a run is: counts that the flow fills in, and a snapshot of them beside what the teacher knows."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from flows.telling.phrases import clock, in_batches, money, why_waiting
from tasks.records import Json
from tasks.records.store import ShardRef
from tasks.steps.forecast import Forecast, forecast
from tasks.steps.run import Run
from tasks.teacher.batches import Batched
from tasks.teacher.limiter import Traffic
from tasks.teacher.usage import Taken

WINDOW = 60.0
"""Seconds over which calls a second and the time left are measured."""
MOST_BY_CALLS = 0.9
"""How far calls alone show a step to be: forecasts are upper estimates."""


@dataclass(frozen=True)
class StepNow:
    """How far a step is."""

    name: str
    makes: str
    """What people call its records."""
    shards: int
    """Shards that it is done with."""
    records: int
    rejected: int
    share: float
    """How much of it is done, from 0 to 1."""
    taken: Taken
    forecast: int
    """Calls that it takes at most."""


@dataclass(frozen=True)
class Snapshot:
    """A run at one moment."""

    skill: str
    teacher: str
    total: int
    """Shards, as far as documents have been read."""
    reading: bool
    """Whether more documents may come."""
    finished: int
    failed: int
    steps: tuple[StepNow, ...]
    rejected: dict[str, int]
    usage: Taken
    last_fault: str
    parts: Json
    """Step -> model -> calls, tokens and cost of this attempt."""
    spent: float | None
    """US dollars of this attempt."""
    earlier: float | None
    """The same of those before it."""
    forecast: Forecast
    traffic: Traffic
    batched: Batched
    """Calls that go through the provider's Batch API."""
    beside: Mapping[str, Traffic]
    """That of voices with an endpoint of their own."""
    away: float
    """Seconds for which the ledger has not answered."""
    failing: int
    """Calls that wait to be tried again."""
    stopped: str
    rate: float
    """Calls a second, of late."""
    token_rate: float
    """Tokens a second, of late."""
    elapsed: float
    seconds_left: float | None


class Progress:
    """Counts of shards, filled in by the flow."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.shards: Counter[str] = Counter()
        self.records: Counter[str] = Counter()
        self.rejected_in: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
        self.finished = self.failed = 0
        self.further = 0
        """Shards that are gone over again."""
        self.wanted_share: Callable[[], float] = float
        """How much of the rows is there, where a number is wanted; else 0."""
        self.began = time.monotonic()
        self._seen: deque[tuple[float, int, int, float]] = deque()

    async def step_done(self, step: str, shard: ShardRef) -> None:
        """A step is done with a shard."""
        counts = await asyncio.to_thread(self.run.store.counts, shard) if shard["rejects"] else {"rejected": {}}
        self.shards[step] += 1
        self.records[step] += shard["rows"]
        self.rejected_in[step] += shard["rejects"]
        self._rejected.update(counts["rejected"])

    def snapshot(self) -> Snapshot:
        run, teacher, now = self.run, self.run.teacher, time.monotonic()
        expected = self.forecast
        steps = tuple(self._step(step.name, step.makes, expected) for step in run.pipeline)
        share = self.wanted_share() or self._share(steps)
        calls = teacher.usage.made + teacher.usage.replayed
        tokens = teacher.usage.prompt_tokens + teacher.usage.completion_tokens
        self._seen.append((now, calls, tokens, share))
        while now - self._seen[0][0] > WINDOW:
            self._seen.popleft()
        began, earlier_calls, earlier_tokens, earlier_share = self._seen[0]
        past = now - began
        speed = (share - earlier_share) / past if past > 2 else 0.0
        return Snapshot(
            skill=run.mix.name,
            teacher=teacher.endpoint.model,
            total=len(run.pieces.shards) + self.further,
            reading=not run.pieces.all_read,
            finished=self.finished,
            failed=self.failed,
            steps=steps,
            rejected=dict(self._rejected + run.pieces.rejected_by),
            usage=teacher.usage,
            last_fault=teacher.usage.last_fault,
            parts=teacher.usage.by_step(),
            spent=teacher.cost(),
            earlier=run.session.attempts.earlier_cost(),
            forecast=expected,
            traffic=teacher.limiter.traffic(),
            batched=teacher.batched(),
            beside={name: each.traffic() for name, each in teacher.limiters.items() if each is not teacher.limiter},
            away=teacher.ledger.away_seconds,
            failing=teacher.failing,
            stopped=teacher.stopped,
            rate=(calls - earlier_calls) / past if past else 0.0,
            token_rate=(tokens - earlier_tokens) / past if past else 0.0,
            elapsed=now - self.began,
            seconds_left=(1 - share) / speed if speed > 0 else None,
        )

    @cached_property
    def _last_forecast(self) -> Forecast:
        return forecast(self.run)

    @property
    def forecast(self) -> Forecast:
        """What the run takes, as far as documents have been read."""
        return self._last_forecast if self.run.pieces.all_read else forecast(self.run)

    def _step(self, name: str, makes: str, expected: Forecast) -> StepNow:
        taken, most, done = self.run.teacher.usage.of_step(name), expected.by_step.get(name, 0), self.shards[name]
        by_calls = min(1.0, (taken.made + taken.replayed) / most) * MOST_BY_CALLS if most else 0.0
        # Shards that failed, or of which nothing was left, come to no further step.
        over = self.finished + self.failed
        total = len(self.run.pieces.shards) / self.run.pieces.share + self.further
        share = max(done, over) / total if total else 0.0
        return StepNow(name, makes, done, self.records[name], self.rejected_in[name], max(share, by_calls), taken, most)

    def _share(self, steps: tuple[StepNow, ...]) -> float:
        """How much of the run is done, its steps weighed by the calls that they take at most."""
        weights = [step.forecast + 1 for step in steps]
        return sum(step.share * weight for step, weight in zip(steps, weights, strict=True)) / sum(weights)


def waits(now: Snapshot) -> str:
    """What it waits for; empty where it is nothing but answers."""
    if now.away:
        return f"the ledger has not answered for {clock(now.away)}"
    if why := why_waiting(now.traffic, now.failing, now.last_fault):
        return why
    each = ((name, why_waiting(traffic, 0, "")) for name, traffic in now.beside.items())
    return "; ".join(f"{name}: {why}" for name, why in each if why)


def left(now: Snapshot) -> str:
    """About how long it will go on; empty where nobody can tell."""
    seconds = now.seconds_left
    if now.finished + now.failed == now.total and not now.reading:
        return "writing the dataset"
    if seconds is None:
        return ""
    if seconds < 60:
        return "less than a minute left"
    if seconds < 3600:
        return f"about {round(seconds / 60)} min left"
    return f"about {seconds / 3600:.1f} h left"


def line(now: Snapshot) -> str:
    """How far it is, in one line."""
    usage, fault = now.usage, f", last: {now.last_fault}" if now.last_fault else ""
    under_way = f"{now.traffic.active} of {now.traffic.limit} under way"
    parts = (
        f"{now.finished}/{now.total}{'+' * now.reading} shards",
        *(f"{step.makes} {step.records:,}" for step in now.steps if step.makes),
        f"rejected {sum(now.rejected.values()):,}",
        f"calls {usage.made:,} ({under_way}, {usage.replayed:,} replayed, {usage.failed:,} failed{fault})",
        in_batches(now.batched),
        f"{now.rate:.1f}/s",
        f"tokens {usage.prompt_tokens + usage.completion_tokens:,} ({now.token_rate:,.0f}/s)",
        money(now.spent),
        clock(now.elapsed),
        left(now) if now.reading or now.finished + now.failed < now.total else "",
        f"waits: {why}" if (why := waits(now)) and not now.stopped else "",
    )
    return " · ".join(filter(None, parts))
