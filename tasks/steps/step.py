"""What a step is, and how it runs over a shard: its records side by side, its rejects, its manifest."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from tasks.agents.kind import SkillRun
from tasks.records import Record, Reject, Rejected
from tasks.records.store import ShardRef, Store
from tasks.steps.counts import counts
from tasks.teacher import StopRun
from tasks.teacher.work import working

Items = list[Record | Reject]
BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What a mistake in our code raises. A full disk or a broken database raises other things: the shard fails, to be run again."""
OfKind = Literal["drafts", "transform", "complete", "show", "environment"]


@dataclass(frozen=True)
class Step:
    """A step of the pipeline: what is done to one record, and what besides its own code decides the outcome."""

    name: str
    work: Callable[[Record, SkillRun], Awaitable[Items]]
    of_kind: tuple[OfKind, ...] = ()
    """What it uses of the kind of task."""
    checks: Literal["", "passage", "instruction", "response"] = ""
    """Which of a skill's checks it runs."""
    agents: tuple[str, ...] = ()
    """Names, or folders ending in `/`, of the agents it asks, beside those of its checks and of the kind."""
    makes: str = ""
    """What people call the records that it gives, where they are told their number."""
    measures: bool = False
    """Whether it has tasks solved, by setting, to measure how difficult they are."""
    learns: bool = False
    """Whether its draws depend on what it came to in earlier shards of the run; see :mod:`tasks.steps.goals`."""
    heeds: Literal["", "answers", "tasks", "verdicts"] = ""
    """Which of a person's marks change what it makes; see :mod:`tasks.steps.marked`."""
    settle: Callable[[Items, SkillRun], Items] | None = None
    """What is decided over the items of a whole shard together."""


async def run_step(step: Step, shard: ShardRef, run: SkillRun, store: Store, key: str) -> ShardRef:
    """The shard that `step` makes of `shard`, written under `key`; see :func:`tasks.steps.key.key_of`.

    Raises StopRun or EndpointDown after the records under way have ended; what they paid for is in the ledger.
    """
    records = store.records(shard)
    results = await asyncio.gather(*(_worked(step, record, run) for record in records), return_exceptions=True)
    done = [result[0] for result in results if not isinstance(result, BaseException)]
    problems = [result for result in results if isinstance(result, BaseException)]
    if problems:
        raise min(problems, key=lambda problem: not isinstance(problem, StopRun))
    items = [item for items in done for item in items]
    items = unique(step.name, step.settle(items, run) if step.settle else items)
    unfinished = sum(result[1] for result in results if not isinstance(result, BaseException))
    told = {**counts(step.name, records, done, items), "unfinished": unfinished}
    return store.write_shard(step.name, key, items, told)


def finished_shard(step: str, key: str, store: Store) -> ShardRef | None:
    """The shard of this key, if it is whole and the endpoint let none of its records down: else it is to be made again."""
    found = store.find_shard(step, key)
    return found if found and not store.counts(found)["unfinished"] else None


async def _worked(step: Step, record: Record, run: SkillRun) -> tuple[Items, bool]:
    """What the step makes of a record, and whether the endpoint failed for a while on a call of it."""
    with working(step.name) as work:
        return await attempt(step.name, record, step.work(record, run)), work.let_down


async def attempt(step: str, record: Record, work: Awaitable[Items]) -> Items:
    """The items that `work` makes of a record, or the one reject it ends in.

    A bug that shows at one record costs that record alone: it is rejected as `crashed`, with the place and no text.
    """
    try:
        return await work
    except Rejected as why:
        paid = [{**event, "step": step} for event in why.events]
        return [
            Reject(
                record=replace(record, lineage=[*record.lineage, *paid]),
                step=step,
                reason=why.reason,
                detail=why.detail,
            )
        ]
    except BUGS as bug:
        return [_crashed(step, record, bug)]


def _crashed(step: str, record: Record, bug: Exception) -> Reject:
    last = traceback.extract_tb(bug.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return Reject(
        record=record, step=step, reason="crashed", detail=f"{type(bug).__name__} at {place}; please report it"
    )


def unique(step: str, items: Items) -> Items:
    """The same items with every further record of an id turned into a reject."""
    seen: set[str] = set()
    result: Items = []
    for item in items:
        if isinstance(item, Record) and item.id in seen:
            item = Reject(record=item, step=step, reason="duplicate", detail="the same as another of its siblings")
        elif isinstance(item, Record):
            seen.add(item.id)
        result.append(item)
    return result
