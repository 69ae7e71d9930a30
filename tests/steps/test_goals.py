"""The budget of refinement moves to goals that work, and the same documents and seed still give the same draws."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prompts import Goal
from simulator.pipeline import Outcome, drive, opened
from simulator.skill_runs import skill_run
from tasks.records import Json, Record, Reject
from tasks.records.draws import draw_distinct
from tasks.records.store import ShardRef, Store
from tasks.settings import Settings
from tasks.steps import sharding
from tasks.steps.counts import counts
from tasks.steps.goals import EarlierFailed, GoalYields, by_yield
from tasks.steps.reading import DealtShard
from tasks.steps.sharding import wave
from tasks.steps.step import Items
from tests.agents.test_tool_loop import RECORD

DOCUMENTS = Path(__file__).parents[2] / "examples" / "documents"
GOALS = [Goal(name=name, description="A way to make it harder.") for name in ("a", "b", "c")]


def test_waves_double() -> None:
    assert [wave(place) for place in (0, 31, 32, 95, 96, 223, 224)] == [0, 0, 1, 1, 2, 2, 3]


def drawn(learned: Json, **options: Any) -> Counter[str]:
    run = skill_run(settings=Settings(**options), step="refine").at("refine", 2, learned)

    return Counter(draw_distinct(by_yield(GOALS, run), 1, random.Random(n))[0].name for n in range(900))


def test_goals_that_work_are_drawn_more_often_and_none_is_given_up() -> None:
    even = drawn({})
    assert all(250 < even[name] < 350 for name in "abc")
    moved = drawn({"a": {"tries": 20, "kept": 18}, "b": {"tries": 20, "kept": 1}})
    assert moved["a"] > moved["c"] > moved["b"] > 0
    assert drawn({"a": {"tries": 20, "kept": 18}}, goals_by_yield=False) == even


def events(*goals: str) -> list[Json]:
    tokens = {"prompt_tokens": 1, "completion_tokens": 1, "cost_usd": 0.0, "step": "refine"}
    made: list[Json] = []
    for number, goal in enumerate(goals):
        made.append({**tokens, "call": f"{goal}{number}", "goal": goal, "suggestion": "more"})
        made.append({**tokens, "call": f"edit{number}"})
    return made


def test_edits_are_counted_by_goal() -> None:
    idle = [{**events("c")[0], "suggestion": "", "note": "nothing to add"}]
    child = replace(RECORD, id="child", lineage=events("a"))
    grandchild = replace(RECORD, id="grandchild", lineage=events("a", "b"))
    lost = Reject(record=replace(RECORD, id="lost", lineage=events("a", "a")), step="refine", reason="goal_missed")
    items: Items = [replace(RECORD, lineage=idle), child, grandchild, lost]
    found = counts("refine", [RECORD], [items], items)["goals"]
    assert found == {
        "a": {"tries": 2, "kept": 1},
        "b": {"tries": 1, "kept": 1},
        "c": {"tries": 1, "kept": 0},
    }


class Counted(Store):
    """A store that knows what was counted in each shard without a file."""

    def __init__(self) -> None:
        self.known: dict[str, Json] = {}

        self.written: dict[str, Json] = {}

    def counts(self, ref: ShardRef) -> Json:
        return {"unfinished": 0, **self.known[ref["uri"]]}

    def read_json(self, relative: str) -> Json | None:
        return self.written.get(relative)

    def write_json(self, relative: str, value: Json) -> None:
        self.written[relative] = value


def shards(count: int, skill: str = "s") -> list[DealtShard]:
    """Four of the first wave, and the others of the second."""
    refs = [ShardRef(uri=f"{skill}{n}", rows=1, rejects=0, sha256="0") for n in range(count)]
    return [DealtShard(skill, ref, wave=n // 4) for n, ref in enumerate(refs)]


def key_of(shard: DealtShard) -> str:
    return shard.ref["uri"]


def wave_of(shard: DealtShard) -> str:
    return f"{shard.skill} wave {shard.wave}"


def test_a_shard_waits_for_the_waves_before_its_own_and_for_no_other() -> None:
    async def work() -> None:
        store, dealt = Counted(), [*shards(6), *shards(6, "t")]
        yields = GoalYields(dealt, store, key_of, wave_of)
        assert await yields.before(dealt[0]) == {}
        waiting = asyncio.create_task(yields.before(dealt[5]))
        for place in (3, 1, 0, 4):
            await asyncio.sleep(0.01)
            assert not waiting.done()
            ref = dealt[place].ref
            store.known[ref["uri"]] = {"goals": {"a": {"tries": 2, "kept": place}}}
            yields.made(dealt[place], {"refine": ref}, str(place))
        yields.ended(dealt[2], "")  # nothing was left of it before its goals were drawn
        assert await waiting == {"a": {"tries": 6, "kept": 4}}, "place 4 is of the same wave"

    asyncio.run(work())


def test_what_later_shards_drew_by_stays_when_records_are_made_that_the_endpoint_failed_on() -> None:
    async def learned(store: Counted) -> Json:
        dealt = shards(5)
        yields = GoalYields(dealt, store, key_of, wave_of)
        for place in range(4):
            yields.made(dealt[place], {"transform": dealt[4].ref, "refine": dealt[place].ref}, str(place))
        return await yields.before(dealt[4])

    store = Counted()
    store.known = {f"s{n}": {"goals": {"a": {"tries": n, "kept": 0}}, "unfinished": int(n == 2)} for n in range(5)}
    first = asyncio.run(learned(store))
    store.known["s2"] = {"goals": {"a": {"tries": 9, "kept": 9}}, "unfinished": 0}
    store.known["s3"] = {"goals": {"a": {"tries": 4, "kept": 4}}, "unfinished": 0}
    assert asyncio.run(learned(store)) == first == store.written.pop("learned/s wave 1.json")
    assert asyncio.run(learned(store)) == {"a": {"tries": 1 + 2 + 4, "kept": 4}} != first


def test_what_a_wave_draws_by_stays_when_documents_of_earlier_waves_are_taken_away_and_is_of_its_lot() -> None:
    async def learned(store: Counted, dealt: list[DealtShard]) -> Json:
        yields = GoalYields(dealt, store, key_of, wave_of)
        for shard in dealt[:-1]:
            yields.made(shard, {"refine": shard.ref}, shard.ref["uri"])
        return await yields.before(dealt[-1])

    store, lot = Counted(), [replace(shard, lot=1) for shard in shards(5)]
    store.known = {f"s{n}": {"goals": {"a": {"tries": n, "kept": 1}}} for n in range(5)}
    later = [replace(shard, lot=2) for shard in lot[:3]]
    first = asyncio.run(learned(store, [*later, *lot[3:]]))
    assert first == {"a": {"tries": 3, "kept": 1}}, "shards of another lot do not count"
    assert asyncio.run(learned(store, lot[4:])) == first, "nor does it matter what is left of the earlier waves"


def test_where_an_earlier_shard_failed_the_later_are_left_for_the_next_run() -> None:
    async def work() -> None:
        dealt = shards(5)
        yields = GoalYields(dealt, Counted(), key_of, wave_of)
        for shard in dealt[1:4]:
            yields.ended(shard, "")
        yields.ended(dealt[0], "EndpointDown")
        with pytest.raises(EarlierFailed):
            await yields.before(dealt[4])

    asyncio.run(work())


def run(folder: Path, concurrency: int, shard_size: int = 1, **options: Any) -> Outcome:
    async def work() -> Outcome:
        settings = Settings(**{"instructions_per_passage": 1, "judge": "off", **options})
        async with opened("reading_comprehension", folder, settings, concurrency=concurrency) as session:
            given = [str(DOCUMENTS / "*.md"), str(DOCUMENTS / "*.jsonl")]
            return await drive(session, given, shard_size=shard_size, limit=10)

    return asyncio.run(work())


def made_of(outcome: Outcome) -> set[str]:
    return {item.id for item in outcome.left["refine"] if isinstance(item, Record)}


def test_draws_are_the_same_whatever_ends_first_and_when_a_run_is_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned: list[Json] = []
    before = GoalYields.before

    async def watched(self: GoalYields, shard: DealtShard) -> Json:
        learned.append(await before(self, shard))
        return learned[-1]

    monkeypatch.setattr(GoalYields, "before", watched)
    monkeypatch.setattr(sharding, "FIRST_WAVE", 2)
    first, second = run(tmp_path / "a", 1), run(tmp_path / "b", 16, shard_size=3)
    assert not first.broken and len(first.left["documents"]) > 8 and made_of(first) == made_of(second)
    assert len({str(counted) for counted in learned}) > 2, "what is known grows from wave to wave"
    again = run(tmp_path / "b", 16, shard_size=3)
    assert made_of(again) == made_of(first) and again.usage.made == 0
    for file in sorted((tmp_path / "b" / "steps" / "refine").iterdir())[::2]:
        file.unlink()
    resumed = run(tmp_path / "b", 4, shard_size=3)
    assert made_of(resumed) == made_of(first) and resumed.usage.made == 0, "the ledger has every answer"


def test_processes_that_share_a_run_tell_each_other_what_goals_came_to() -> None:
    async def work() -> None:
        store, dealt = Counted(), shards(6)
        here, there = (GoalYields(dealt, store, key_of, wave_of) for _ in range(2))
        here.shared = there.shared = True
        waiting = [asyncio.create_task(yields.before(dealt[place])) for yields, place in ((here, 4), (there, 5))]
        await asyncio.sleep(0)
        for yields, places in ((here, (0, 1)), (there, (2,))):
            for place in places:
                ref = dealt[place].ref
                store.known[ref["uri"]] = {"goals": {"a": {"tries": 1, "kept": 1}}}
                yields.made(dealt[place], {"refine": ref}, ref["uri"])
        there.ended(dealt[3], "")
        while not all(task.done() for task in waiting):
            await asyncio.gather(here.look(), there.look(), asyncio.sleep(0.01))
        assert await asyncio.gather(*waiting) == [{"a": {"tries": 3, "kept": 3}}] * 2

    asyncio.run(work())
