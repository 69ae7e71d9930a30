"""Runs a step over a shard: its key, its records side by side, its rejects, its manifest."""

from __future__ import annotations

import asyncio
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from prompts import knobs, presentation, shared_rubric, strategies
from tasks.agents.run import Run
from tasks.records import Json, Record, Reject, Rejected, digest
from tasks.records.store import ShardRef
from tasks.settings import ENDPOINT_ONLY, Settings
from tasks.teacher import StopRun

Items = list[Record | Reject]
BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
"""What a mistake of ours raises; a full disk or a broken database is none, and fails the shard, to be run again."""


@dataclass(frozen=True)
class Step:
    """One of the five: what is done to one record, and what of the skill and the settings decides it."""

    name: str
    work: Callable[[Record, Run], Awaitable[Items]]
    skill_parts: tuple[str, ...]
    """Fields of the skill that go into the key."""
    agents: tuple[str, ...]
    """Names, or folders ending in `/`, of the agents it asks."""
    settings: tuple[str, ...]
    searches: bool = False
    """Whether it looks into the rest of the document set."""
    settle: Callable[[Items, Settings], Items] | None = None
    """What is decided over the items of a whole shard together."""

    def key(self, shard: ShardRef, run: Run) -> str:
        """What the shard this step makes of `shard` depends on; no secrets, nothing of how many calls run at once."""
        skill = run.skill.model_dump(mode="json", include={"name", *self.skill_parts})
        agents = {
            name: agent.sha256
            for name, agent in run.skill.agents.items()
            if name in self.agents or f"{name.split('/')[0]}/" in self.agents
        }
        settings = run.settings.model_dump(include={"max_tokens", *self.settings} - ENDPOINT_ONLY)
        endpoint = (run.teacher.endpoint.name, run.teacher.endpoint.model)
        corpus = run.corpus if self._searches(run) else ""
        return digest(self.name, shard["sha256"], corpus, skill, agents, settings, run.seed, endpoint, code_version())

    def _searches(self, run: Run) -> bool:
        skill = run.skill
        grows = self.searches and any(t.output == "tools" for t in skill.transformations)
        return grows or skill.response.context == "sources" or any("search" in names for names in skill.tools.values())


async def run_step(step: Step, shard: ShardRef, run: Run) -> ShardRef:
    """The shard that `step` makes of `shard`: found, if a whole one of the same key is there, else made and written.

    Raises StopRun or EndpointDown after the records under way have ended; what they paid for is in the ledger.
    """
    key = step.key(shard, run)
    found = run.store.find_shard(step.name, key)
    if found is not None:
        return found
    records = run.store.records(shard)
    results = await asyncio.gather(
        *(attempt(step.name, record, step.work(record, run)) for record in records), return_exceptions=True
    )
    done = [result for result in results if not isinstance(result, BaseException)]
    problems = [result for result in results if isinstance(result, BaseException)]
    if problems:
        raise min(problems, key=lambda problem: not isinstance(problem, StopRun))
    items = [item for items in done for item in items]
    items = unique(step.name, step.settle(items, run.settings) if step.settle else items)
    return run.store.write_shard(step.name, key, items, counts(step.name, records, done, items))


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


def counts(step: str, records: list[Record], done: list[Items], items: Items) -> Json:
    """How many went in and came out, why the others fell out, and what this step's calls took."""
    calls: dict[str, Json] = {}
    for item in items:
        record = item if isinstance(item, Record) else item.record
        calls |= {event["call"]: event for event in record.lineage if event.get("step") == step and event.get("call")}
    costs = [event["cost_usd"] for event in calls.values()]
    return {
        "records_in": len(records),
        "records_out": sum(isinstance(item, Record) for item in items),
        "inputs_without_output": sum(not any(isinstance(i, Record) for i in result) for result in done),
        "rejected": dict(sorted(Counter(item.reason for item in items if isinstance(item, Reject)).items())),
        "calls": len(calls),
        "prompt_tokens": sum(event["prompt_tokens"] for event in calls.values()),
        "completion_tokens": sum(event["completion_tokens"] for event in calls.values()),
        "cost_usd": None if None in costs else round(sum(costs), 6),
    }


@cache
def code_version() -> str:
    """Hash of everything that decides what a step makes of a record: our sources and the shared parts of the catalogue."""
    folder = Path(__file__).parents[1]
    sources = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))
    }
    shared = [
        part.model_dump(mode="json") for part in (presentation(), knobs(), shared_rubric(), *strategies().values())
    ]
    return digest(sources, shared, list(strategies()))
