"""Repair before reject: what a program's check rejects goes back to its author, once or a few times, with what was found."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from tasks.agents.kind import SkillRun
from tasks.agents.repair import finding, marked, sent_back
from tasks.records import Json, Record, Reject, Rejected
from tasks.steps.step import Items, attempt
from tasks.teacher import Answer
from tasks.teacher.contract import Contract

Make = Callable[[Contract, int, Sequence[Json]], Awaitable[Record | Reject]]
"""From a draft, its place among those asked for and the events that it took to the record, or to the reject that a program
makes of it; Rejected where its author can do nothing about it."""
Ask = Callable[[Sequence[Json]], Awaitable[Answer]]
"""Asks the author, after the turns so far."""
OTHER_NUMBER, OTHER_REGISTER = "other_number", "other_register"
SPARED = frozenset({OTHER_NUMBER, OTHER_REGISTER})
"""Reasons of a reject that stands as the record it is where its author makes nothing better of it."""


class _Draft:
    """One item of an author's answer, as it stands."""

    def __init__(self, parent: Record, number: int, events: Sequence[Json]) -> None:
        self.parent, self.number, self.events = parent, number, list(events)
        self.item: Record | Reject | None = None
        self.mendable = False
        self.spare: Record | None = None

    async def become(self, draft: Contract, make: Make, run: SkillRun) -> None:
        """What the draft is made into."""
        self.mendable = False

        async def made() -> Items:
            try:
                item = await make(draft, self.number - 1, self.events)
            except Rejected as why:
                raise Rejected(why.reason, why.detail, [*self.events, *why.events]) from None
            self.mendable = isinstance(item, Reject)
            return [item]

        (self.item,) = await attempt(run.step, self.parent, made())
        if isinstance(self.item, Reject) and self.item.reason in SPARED:
            self.spare = self.item.record

    def outcome(self) -> Record | Reject | None:
        """What it has become, or what it was where that was fit to stay and nothing better came."""
        if self.spare is None or isinstance(self.item, Record):
            return self.item
        later = [event for event in self.events if event not in self.spare.lineage]
        return replace(self.spare, lineage=[*self.spare.lineage, *later])

    def finding(self, *, alone: bool) -> str:
        assert isinstance(self.item, Reject)
        said = finding("author", self.item.reason, self.item.detail, self.item.told)
        return said if alone else f"Item {self.number}: {said}"

    def went_back(self, events: Sequence[Json]) -> None:
        """Note the calls that sent it back; until it becomes something else it is the reject that it was."""
        assert isinstance(self.item, Reject)
        self.mendable = False
        noted = [marked(event, self.item.reason, self.item.detail, self.number) for event in events]
        self.events += noted
        record = replace(self.item.record, lineage=[*self.item.record.lineage, *noted])
        self.item = replace(self.item, record=record)


async def mended(
    parent: Record,
    answer: Answer,
    ask: Ask,
    drafts_of: Callable[[Answer], Sequence[Contract]],
    make: Make,
    run: SkillRun,
    *before: Json,
) -> Items:
    """What becomes of each of an answer's drafts, after those that a program rejects went back to their author.

    `before` are events before the answer. Drafts that were fine are not made again.
    """
    given = drafts_of(answer)
    drafts = [_Draft(parent, number, [*before, answer.event]) for number in range(1, len(given) + 1)]
    await asyncio.gather(*(each.become(draft, make, run) for each, draft in zip(drafts, given, strict=True)))
    turns: list[Json] = []
    for _ in range(run.settings.repairs):
        faulty = [each for each in drafts if each.mendable]
        if not faulty:
            break
        turns += sent_back(answer, [each.finding(alone=len(drafts) == 1) for each in faulty], run)
        try:
            answer = await ask(turns)
        except Rejected as why:
            for each in faulty:
                each.went_back([{**event, "step": run.step} for event in why.events])
            break
        given = drafts_of(answer)
        if len(given) > len(faulty):  # some authors give all of them again
            given = [given[each.number - 1] for each in faulty if each.number <= len(given)]
        for each in faulty:
            each.went_back([answer.event])
        await asyncio.gather(*(each.become(draft, make, run) for each, draft in zip(faulty, given, strict=False)))
    return [item for each in drafts if (item := each.outcome()) is not None]
