"""The rows of a run: what its last step gave, without those that nearly repeat another of any shard and skill, or are marked bad.

An edit that keeps the text and the answer of what it was made of takes its place; where the edit fell out before, it stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tasks.agents.presentation import shown_beside
from tasks.kinds import checks_of
from tasks.publish.finished import Finished
from tasks.publish.wanted import TypeOfSkill, Wanted
from tasks.records import Record, Reject
from tasks.steps.again import is_made_again
from tasks.steps.run import Run
from tasks.steps.variety import HARDER, Watch, likeness

STEP = "publish"
NEAR_DUPLICATE, SUPERSEDED, MARKED_BAD = "near_duplicate", "superseded", "marked_bad"


class Accepted:
    """The rows of a run, skill by skill; only the places of those that repeat another are held in memory."""

    def __init__(self, run: Run, finished: Sequence[Finished]) -> None:
        """`finished` are the shards in the order in which rows are kept where no more than some are wanted."""
        last = run.pipeline[-1].name
        there = [f for f in finished if last in f.shards]
        self._store, self._in_order = run.store, [(f.skill, f.shards[last]) for f in there]
        self._verified = {name: [ref for skill, ref in self._in_order if skill == name] for name in run.mix.skills}
        self._lots = {name: [f.lot for f in there if f.skill == name] for name in run.mix.skills}
        verified = self._verified
        self.surplus: Counter[str] = Counter()
        """Rows beyond those that are wanted, by skill: the next run may use them."""
        self._beyond: dict[str, set[int]] = {}
        self.repeated: Counter[str] = Counter()
        """Near-duplicates by skill."""
        self.superseded: Counter[str] = Counter()
        """Rows in whose place an edit of theirs is kept, by skill."""
        self.withdrawn: Counter[str] = Counter()
        """Rows that a person marked bad, by skill."""
        self._bad, self._repeats = run.marks.bad, dict[str, dict[int, str]]()
        with Watch() as watch:
            for skill in verified:
                of_skill = run.of(skill)
                watched = [check.name for check in checks_of(of_skill.kind).values() if check.across]
                for place, (lot, record) in enumerate(self._with_lots(skill)):
                    writing = any(name in record.checks for name in watched)
                    alike = likeness(record, shown_beside(record, of_skill), writing=writing)
                    late = is_made_again(record)
                    watch.add((skill, place), record.id, alike, withdrawn=record.id in self._bad, late=late, lot=lot)
            for (skill, place), reason in watch.repeated():
                self._repeats.setdefault(skill, {})[place] = reason
        for skill, places in self._repeats.items():
            self.superseded[skill] = sum(why == HARDER for why in places.values())
            self.repeated[skill] = len(places) - self.superseded[skill]
        for skill in verified if self._bad else ():
            self.withdrawn[skill] = sum(why == MARKED_BAD for _, why, _ in self._fallen(skill))

    def records(self, skill: str) -> Iterator[Record]:
        """The rows of one skill, in the order of its shards."""
        beyond = self._beyond.get(skill, set())
        return (
            record
            for place, record in enumerate(self._all(skill))
            if place not in beyond and self._stays(skill, place, record)
        )

    def counts(self) -> Counter[TypeOfSkill]:
        """How many rows there are of each skill and task type."""
        return Counter((skill, record.task_type) for skill in self._verified for record in self.records(skill))

    def keep(self, wanted: Wanted) -> None:
        """Keep no more rows than are wanted, the first in the order of the shards."""
        kept: Counter[TypeOfSkill] = Counter()
        places: Counter[str] = Counter()
        for skill, ref in self._in_order if wanted else ():
            for record in self._store.records(ref):
                place, places[skill] = places[skill], places[skill] + 1
                if not self._stays(skill, place, record):
                    continue
                if wanted.takes(kept, (skill, record.task_type)):
                    kept[skill, record.task_type] += 1
                else:
                    self._beyond.setdefault(skill, set()).add(place)
        self.surplus.update({skill: len(beyond) for skill, beyond in self._beyond.items()})

    def _stays(self, skill: str, place: int, record: Record) -> bool:
        return place not in self._repeats.get(skill, {}) and record.id not in self._bad

    def rejects(self, skill: str) -> Iterator[Reject]:
        """What fell out of the last step."""
        for ref in self._verified[skill]:
            if ref["rejects"]:
                yield from (item for item in self._store.items(ref) if isinstance(item, Reject))

    def fallen(self) -> Iterator[Reject]:
        """The near-duplicates, what edits took the place of, and what a person marked bad, with their note."""
        for skill in self._verified:
            for record, reason, detail in self._fallen(skill):
                yield Reject(record=record, step=STEP, reason=reason, detail=detail)

    def _fallen(self, skill: str) -> Iterator[tuple[Record, str, str]]:
        places = self._repeats.get(skill, {})
        for place, record in enumerate(self._all(skill)) if places or self._bad else ():
            if why := places.get(place):
                yield record, SUPERSEDED if why == HARDER else NEAR_DUPLICATE, why
            elif record.id in self._bad:
                yield record, MARKED_BAD, self._bad[record.id]

    def _all(self, skill: str) -> Iterator[Record]:
        return (record for _, record in self._with_lots(skill))

    def _with_lots(self, skill: str) -> Iterator[tuple[int, Record]]:
        for lot, ref in zip(self._lots[skill], self._verified[skill], strict=True):
            for record in self._store.records(ref):
                yield lot, record
