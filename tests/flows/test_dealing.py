"""How a run deals its shards to shares, and what both write down for each other; no process is started."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from flows.order import Order
from flows.shares.check import check_runner
from flows.shares.dealer import Dealer
from flows.shares.exchange import Deal, Exchange, News, Outcome, Plan, Standing
from flows.shares.parts import UsedUp, part_of
from flows.stream import Stream
from tasks.publish.finished import Finished
from tasks.records.store import ShardRef, Store
from tasks.settings import Running, SettingsError
from tasks.steps.reading import DealtShard, Pieces
from tasks.steps.run import FIRST_ROUND, Round, Run
from tasks.teacher.budget import Budget
from tasks.teacher.limiter import Limiter
from tasks.teacher.usage import Taken, Usage
from tests.running import SKILL

REF = ShardRef(uri="steps/documents/a.parquet", rows=1, rejects=0, sha256="0")


def order_for(output: Path, **changes: Any) -> Order:
    running = Running(processes=2, max_concurrency=5, rpm=3)
    return Order(documents=["x.md"], skill=SKILL, output=str(output), running=running, **changes)


def taken(calls: int) -> Standing:
    return Standing(parts=[("transform", "m", asdict(Taken(made=calls, prompt_tokens=10 * calls)))])


def test_parts_add_up_and_what_an_earlier_attempt_used_counts(tmp_path: Path) -> None:
    parts = [part_of(order_for(tmp_path, max_calls=7), share, 2) for share in (1, 2)]
    assert [part.max_calls for part in parts] == [4, 3]
    assert [part.running.max_concurrency for part in parts] == [3, 2]
    assert [part.running.rpm for part in parts] == [2, 2]
    assert part_of(order_for(tmp_path, max_calls=7), 1, 2, [taken(1), taken(2)]).max_calls == 1
    with pytest.raises(UsedUp):
        part_of(order_for(tmp_path, max_calls=7), 1, 2, [taken(4)])
    assert part_of(order_for(tmp_path), 1, 2, [taken(4)]).max_calls == 0, "without a bound there is none"


def test_what_is_written_down_is_read_as_it_was(tmp_path: Path) -> None:
    exchange, shard = Exchange(Store(str(tmp_path)), "run"), DealtShard(SKILL, REF, 2, 1, "a.md")
    plan = Plan(order_for(tmp_path), 2, "")
    exchange.begin(plan)
    assert exchange.plan() == plan and exchange.alive() == (0, "")
    news = News([shard], [Deal(2, Round(1, ((SKILL, "fact"),)), shard)], [3], all_read=True)
    exchange.announce(0, news)
    assert exchange.news(0) == news and exchange.news(1) is None
    outcome = Outcome((0, 1), Finished(SKILL, {"transform": REF}, ended=True))
    exchange.report(2, "ab", 0, [outcome])
    assert exchange.done(2) == set(), "a block counts when its attempt tells of it"
    exchange.tell(2, "ab", Standing(blocks=1))
    assert exchange.done(2) == {(0, 1)} and list(exchange.outcomes(2, "ab", 0, 1)) == [outcome]


class Dealt:
    """A dealer whose shares are played by the test."""

    def __init__(self, folder: Path, shards: int, budget: Budget) -> None:
        limiter = Limiter(4)
        self.teacher = SimpleNamespace(
            usage=Usage(), limiter=limiter, failing=0, stopped="", spent=False, budget=budget
        )
        self.teacher.stop = lambda reason: setattr(self.teacher, "stopped", self.teacher.stopped or reason)
        refs = [ShardRef(uri=f"s{n}", rows=1, rejects=0, sha256="0") for n in range(shards)]
        self.shards = [DealtShard(SKILL, ref, number=n + 1) for n, ref in enumerate(refs)]
        run = SimpleNamespace(
            teacher=self.teacher, store=Store(str(folder)), pieces=Pieces(shards=self.shards), round=FIRST_ROUND
        )
        self.run = cast(Run, run)
        self.dealer = Dealer(self.run, order_for(folder))
        self.exchange = self.dealer.exchange
        self._told: dict[int, int] = {}

    async def begin(self) -> list[asyncio.Task[Finished]]:
        """Both shares begin, and all shards are there to be dealt."""
        await self.dealer.begin()
        waiting = [asyncio.create_task(self._through(shard)) for shard in self.shards]
        await asyncio.sleep(0)
        for share in (1, 2):
            self.exchange.tell(share, "a", Standing())
        await self.dealer.look()
        return waiting

    async def _through(self, shard: DealtShard) -> Finished:
        done, stream = Finished(SKILL), cast(Stream, SimpleNamespace(closed=False))
        await self.dealer.through(self.run, shard, done, cast(Any, None), stream)
        return done

    def dealt_to(self, share: int) -> list[int]:
        return sorted(number for _, number in self.dealer.shares[share - 1].dealt)

    async def report(self, share: int, standing: Standing, *ended: int, problem: str = "") -> None:
        """A share tells what became of these shards, and how it stands; the dealer hears it."""
        block = self._told.get(share, 0)
        outcomes = [Outcome((0, number), Finished(SKILL, problem=problem)) for number in ended]
        self.exchange.report(share, "a", block, outcomes)
        self._told[share] = block + 1
        self.exchange.tell(share, "a", Standing(**{**asdict(standing), "blocks": block + 1}))
        await self.dealer.look()
        await asyncio.sleep(0)


def test_what_a_share_gives_back_others_are_dealt_until_no_budget_is_left(tmp_path: Path) -> None:
    async def work() -> None:
        dealt = Dealt(tmp_path, 4, Budget(calls=20))
        waiting = await dealt.begin()
        assert (dealt.dealt_to(1), dealt.dealt_to(2)) == ([1, 3], [2, 4])
        await dealt.report(1, taken(4), 1)
        assert waiting[0].done() and waiting[0].result().problem == ""
        spent = Standing(parts=taken(10).parts, spent=True, stopped="used up", ended=True)
        await dealt.report(1, spent, 3, problem="used up")
        assert (dealt.dealt_to(1), dealt.dealt_to(2), dealt.teacher.stopped) == ([], [2, 3, 4], "")
        assert dealt.teacher.usage.made == 10, "each call is counted once"
        await dealt.report(2, spent, 2, 3, 4, problem="used up")
        await dealt.dealer.look()
        found = [await each for each in waiting]
        assert [bool(each.problem) for each in found] == [False, True, True, True]
        assert "the budget of 20 calls is used up" in dealt.teacher.stopped

    asyncio.run(work())


def test_the_shards_of_a_share_that_is_given_up_fail_and_all_are_told(tmp_path: Path) -> None:
    async def work() -> None:
        dealt = Dealt(tmp_path, 2, Budget())
        waiting = await dealt.begin()
        dealt.dealer.give_up(dealt.dealer.shares[0], "ShareDied: it ended without a word")
        await dealt.dealer.look()
        assert (await waiting[0]).problem.startswith("ShareDied") and not waiting[1].done()
        told = [news for number in range(3) if (news := dealt.exchange.news(number))]
        assert [number for news in told for number in news.failed] == [1]
        await dealt.report(2, Standing(stopped="the key was refused"), 2, problem="the key was refused")
        assert dealt.teacher.stopped == "the key was refused", "what stops one stops all"

    asyncio.run(work())


@pytest.mark.parametrize(
    ("running", "said"),
    [
        (Running(runner="pool"), "--runner pool needs the Prefect server"),
        (Running(address="tcp://10.0.0.1:8786"), "--address is for --runner dask, ray or pool"),
    ],
)
def test_what_cannot_be_shared_so_is_one_sentence(running: Running, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with pytest.raises(SettingsError, match=said):
        check_runner(running)
    check_runner(Running(processes=2))


def test_a_cluster_elsewhere_needs_a_server_that_it_reaches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setattr("flows.shares.check.find_spec", lambda name: name)
    with pytest.raises(SettingsError, match=r"10\.0\.0\.1:8786 cannot reach a Prefect server"):
        check_runner(Running(runner="dask", address="tcp://10.0.0.1:8786"))
    check_runner(Running(runner="dask", address="127.0.0.1:8786"))
    monkeypatch.setenv("PREFECT_API_URL", "http://10.0.0.2:4200/api")
    check_runner(Running(runner="dask", address="tcp://10.0.0.1:8786"))
    monkeypatch.setattr("flows.shares.check.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"pip install -e '.\[ray\]'"):
        check_runner(Running(runner="ray"))
