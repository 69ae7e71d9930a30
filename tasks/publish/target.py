"""When a run has the rows that it was asked for: found out while it goes on, and the same whatever ends first."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

from tasks.publish.accepted import Accepted
from tasks.publish.finished import Finished
from tasks.publish.manifest import types_of
from tasks.publish.wanted import TypeOfSkill, Wanted
from tasks.steps.forecast.calls import rows_of
from tasks.steps.reading import Counts
from tasks.steps.run import Run

LEAST_YIELD = 0.02
"""Rows that a piece is thought to give at least, so that what is under way is never without bound."""


class Target:
    """Looks at the shards in their order, each when it and all before it have ended.

    Rows that nearly repeat others are found out over all shards together. So the rows are counted when there could be enough,
    and again when as many more have come as were missing.
    """

    def __init__(self, run: Run, wanted: Wanted) -> None:
        self._run, self.wanted = run, wanted
        self._types = types_of(run)
        self._made: Counter[TypeOfSkill] = Counter()
        self._lost: Counter[TypeOfSkill] = Counter()
        self._pieces = 0
        self._looking = asyncio.Lock()
        self.looked_at = 0
        """Shards that have been looked at: so many, from the first on, make the rows if it is reached."""
        self.reached = False

    async def look(self, finished: Sequence[Finished]) -> bool:
        """Whether the rows are there; `finished` are all shards so far, in their order, those under way too."""
        async with self._looking:
            while self.wanted and not self.reached and self._next_ended(finished):
                await asyncio.to_thread(self._take, finished[self.looked_at])
                self.looked_at += 1
                if not self.missing(self._made - self._lost):
                    counts = await asyncio.to_thread(self._counted, finished[: self.looked_at])
                    self._lost = self._made - counts
                    self.reached = not self.missing(counts)
        return self.reached

    def missing(self, counts: Counter[TypeOfSkill] | None = None) -> Counter[TypeOfSkill]:
        """How many rows are missing, by type where types are wanted; of those that are there as far as is known."""
        return self.wanted.missing(self._made - self._lost if counts is None else counts, self._types)

    async def count(self, finished: Sequence[Finished]) -> Counter[TypeOfSkill]:
        """How many rows are missing after all of these."""
        counts = await asyncio.to_thread(self._counted, finished)
        self._lost = self._made - counts
        return self.missing(counts)

    def pieces_needed(self) -> float:
        """About how many pieces beside those that were looked at will be enough; infinite where nobody can tell."""
        if not self.wanted or self.wanted.rows_per_type:
            return float("inf")
        rate = (self._made - self._lost).total() / self._pieces if self._pieces else self._asked_a_piece()
        return self.missing().total() / max(rate, LEAST_YIELD)

    @property
    def share(self) -> float:
        """How much of the rows is there, as far as is known, from 0 to 1; 0 where no number is wanted."""
        wanted = self.wanted.rows or self.wanted.rows_per_type * len(self._types)
        return 1 - self.missing().total() / wanted if wanted else 0.0

    def _asked_a_piece(self) -> float:
        """Rows that are asked for of a piece, which is what is thought of its yield before any has ended."""
        settings, skills = self._run.settings, self._run.mix.skills.values()
        return sum(rows_of(skill, settings, Counts(pieces=1)) for skill in skills) / len(skills)

    def _next_ended(self, finished: Sequence[Finished]) -> bool:
        return self.looked_at < len(finished) and finished[self.looked_at].ended

    def _take(self, shard: Finished) -> None:
        first, last = self._run.pipeline[0].name, self._run.pipeline[-1].name
        if first in shard.shards:
            self._pieces += self._run.store.counts(shard.shards[first])["records_in"]
        if last in shard.shards:
            records = self._run.store.records(shard.shards[last])
            self._made.update((shard.skill, record.task_type) for record in records)

    def _counted(self, finished: Sequence[Finished]) -> Counter[TypeOfSkill]:
        return Accepted(self._run, finished).counts()
