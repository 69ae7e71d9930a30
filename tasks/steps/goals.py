"""The budget of refinement moves to the goals that work: counted over a run's earlier shards, in an order that never changes.

Shards run side by side, so what "earlier" means must not depend on which is quicker, nor on how large they are. The pieces of a
skill and lot belong to waves by their number, each wave twice as large as the one before, and no shard holds pieces of two. A
shard draws its goals by what all shards of its lot in the waves before its own came to, and waits for them; those of its own wave
it never sees. So the same documents and seed give the same draws, whatever ends first and however often a run is cut off. What a
wave draws by is written down, so that it stays when documents are taken away.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from prompts import Goal
from tasks.agents.kind import SkillRun
from tasks.records import Json
from tasks.records.store import ShardRef, Store
from tasks.steps.reading import DealtShard


class EarlierFailed(Exception):
    """A shard whose counts are waited for did not get so far: this one is made when the run is resumed."""


def by_yield(goals: Sequence[Goal], run: SkillRun) -> list[Goal]:
    """The goals, their weights multiplied by the share of edits towards them that were kept, as far as that is known.

    A goal that was never tried counts as one that works half the time, and no goal is ever given up.
    """
    if not run.settings.goals_by_yield:
        return list(goals)
    return [goal.model_copy(update={"weight": goal.weight * _worth(run.learned.get(goal.name))}) for goal in goals]


def _worth(found: Json | None) -> float:
    found = found or {"tries": 0, "kept": 0}
    return float(2 * (found["kept"] + 1) / (found["tries"] + 2))


class GoalYields:
    """What each skill's goals came to, shard by shard, as a run learns it."""

    def __init__(
        self,
        shards: Sequence[DealtShard],
        store: Store,
        key: Callable[[DealtShard], str],
        wave_key: Callable[[DealtShard], str],
    ) -> None:
        """`key` gives what stands for all that decides what a shard comes to, but the endpoint's luck; `wave_key` what stands
        for its wave and all of that but the pieces."""
        self._shards, self._store, self._key, self._wave_key = shards, store, key, wave_key
        self._drawn_by: dict[str, asyncio.Future[Json]] = {}
        self._known: dict[str, asyncio.Future[Json]] = {}
        self._waited: dict[str, DealtShard] = {}
        self.shared = False
        """Whether other processes work on shards of the run: what a shard tells is then written down for them."""

    async def before(self, shard: DealtShard) -> Json:
        """Goal -> tries and kept edits in the waves before the shard's own; waits for them. EarlierFailed if one failed."""
        if not shard.wave:
            return {}
        place = _place(self._wave_key(shard))
        if place not in self._drawn_by:
            self._drawn_by[place] = asyncio.ensure_future(self._once(shard, place))
        return await asyncio.shield(self._drawn_by[place])

    async def _once(self, shard: DealtShard, place: str) -> Json:
        """The same, as it was when the first shard of the wave asked."""
        if (known := await asyncio.to_thread(self._store.read_json, place)) is not None:
            return known
        found = await self._counted(shard)
        await asyncio.to_thread(self._store.write_json, place, found)
        return found

    async def _counted(self, shard: DealtShard) -> Json:
        of_lot = [other for other in self._shards if (other.skill, other.lot) == (shard.skill, shard.lot)]
        earlier = [other for other in of_lot if other.wave < shard.wave]
        self._waited.update({other.ref["uri"]: other for other in earlier})
        total: dict[str, Counter[str]] = {}
        for counted in await asyncio.gather(*(asyncio.shield(self._of(other)) for other in earlier)):
            for goal, found in counted.items():
                total.setdefault(goal, Counter()).update(found)
        return {goal: dict(found) for goal, found in sorted(total.items())}

    def made(self, shard: DealtShard, shards: Mapping[str, ShardRef], key: str) -> None:
        """The shard's step has ended in the newest of `shards`; `key` is that of the shard in this run.

        What a shard had to tell while the endpoint had let some of its records down, it tells for good: later shards have drawn
        by it, and what they drew is paid for.
        """
        place = _place(key)
        counted = [self._store.counts(ref) for ref in shards.values()]
        found = self._store.read_json(place)
        if found is None:
            found = counted[-1]["goals"]
            if self.shared or any(counts["unfinished"] for counts in counted):
                self._store.write_json(place, found)
        self._tell(shard, found)

    def ended(self, shard: DealtShard, problem: str) -> None:
        """The shard goes no further; if its step never came to its turn, it has nothing to tell, or failed."""
        if self.shared and not problem and not self._of(shard).done():
            self._store.write_json(_place(self._key(shard)), {})
        self._tell(shard, None if problem else {})

    async def look(self) -> None:
        """Learn what other processes have written down of shards that are waited for here."""
        for uri, shard in list(self._waited.items()):
            if self._of(shard).done():
                del self._waited[uri]
            elif (found := await asyncio.to_thread(self._store.read_json, _place(self._key(shard)))) is not None:
                self._tell(shard, found)

    def _tell(self, shard: DealtShard, counted: Json | None) -> None:
        future = self._of(shard)
        if future.done():
            return
        if counted is not None:
            future.set_result(counted)
            return
        future.set_exception(
            EarlierFailed("an earlier shard, whose counts decide this one's goals, did not get so far")
        )
        future.exception()  # it may be that nobody waits

    def _of(self, shard: DealtShard) -> asyncio.Future[Json]:
        uri = shard.ref["uri"]
        if uri not in self._known:
            self._known[uri] = asyncio.get_running_loop().create_future()
        return self._known[uri]


def _place(key: str) -> str:
    return f"learned/{key}.json"
