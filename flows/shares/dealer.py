"""Deals the shards of a run to shares as they are read, and hears what became of them.

A share is dealt shards once it has begun, always the one with the fewest under way, so that it matters little how fast each is,
when it begins, or whether it begins at all. What a share gives back, because its part of the budget is used up, others are dealt.
"""

from __future__ import annotations

import asyncio
import os
import time

import prompts
from flows.order import Order
from flows.partitions import Way
from flows.shares.accounts import Accounts, standing_of
from flows.shares.exchange import Deal, Exchange, News, Outcome, Plan
from flows.shares.known import Key, Known, Waiting
from flows.shares.parts import UsedUp, part_of
from flows.shares.share import ALONE
from flows.stream import Stream
from tasks.publish.finished import Finished
from tasks.records.store import Store
from tasks.steps.reading import DealtShard
from tasks.steps.run import FIRST_ROUND, Run

GATHER_SECONDS = 10.0
"""How long the share that has begun first waits for the others: what it is dealt they cannot do."""
BEAT_SECONDS = 5.0


class Dealer:
    """Deals the shards of one run."""

    def __init__(self, run: Run, order: Order) -> None:
        shares = order.running.processes
        self._run, self._accounts = run, Accounts(run.teacher)
        self.exchange = Exchange(run.store, os.urandom(6).hex())
        self._plan = Plan(self._left(placed(order, run.store)), shares, os.environ.get(prompts.VARIABLE, ""))
        self.output = self._plan.order.output
        self.shares = [Known(number + 1) for number in range(shares)]
        self._waiting: dict[Key, Waiting] = {}
        self._news, self._told, self._announced, self._read = News(), News(), 0, 0
        self._first_begun = self._beat = 0.0
        self._stop = ""
        self._looking = asyncio.Lock()

    def _left(self, order: Order) -> Order:
        """The order with what is left of the budget: the run itself has asked the endpoint whether it answers."""
        try:
            return part_of(order, 1, 1, [standing_of(self._run.teacher)])
        except UsedUp:
            self._run.teacher.stop(self._used_up())
            return order

    def _used_up(self) -> str:
        used = self._run.teacher.usage
        tokens = used.prompt_tokens + used.completion_tokens
        reason = self._run.teacher.budget.used_up(used.made, 0, tokens, used.cost_usd, used.unmetered)
        return reason or "the budget is used up"

    async def begin(self) -> None:
        """Lay out what shares must know; from now on the run tells of their calls as if they were its own."""
        await asyncio.to_thread(self.exchange.begin, self._plan)
        self._run.teacher.limiter.elsewhere = self._accounts.traffic

    async def through(self, run: Run, dealt: DealtShard, done: Finished, way: Way, stream: Stream) -> None:
        """One shard through the steps, elsewhere."""
        waiting = Waiting(run, dealt, stream, asyncio.get_running_loop().create_future())
        self._waiting[waiting.key] = waiting
        found = await waiting.ended
        done.shards, done.problem, done.stopped = found.shards, found.problem, found.stopped
        for step, ref in found.shards.items():
            await way.progress.step_done(step, ref)

    def close(self) -> None:
        """No shard will come any more."""
        self._news.closed = True

    def leave(self, problem: BaseException) -> None:
        """Nothing can be dealt any more: what waits fails with the problem."""
        for waiting in (*self._waiting.values(), *(each for share in self.shares for each in share.dealt.values())):
            if not waiting.ended.done():
                waiting.ended.set_exception(problem)

    async def look(self) -> None:
        """Hear what shares have told, deal what waits, and tell all what is new."""
        async with self._looking:
            for share in self.shares:
                outcomes = await asyncio.to_thread(share.look, self.exchange)
                for name, standing in share.attempts.items():
                    self._accounts.add(f"{share.number}/{name}", standing)
                self._heed(share)
                for outcome in outcomes:
                    self._hear(share, outcome)
            newest = [share.newest for share in self.shares if share.newest and not share.over]
            self._accounts.settle([each for each in newest if not each.ended])
            self._settle()
            self._deal()
            await self._announce()

    def give_up(self, share: Known, problem: str) -> None:
        """Nothing more comes of the share: what it had under way is given back, or fails with the problem, if there is one."""
        share.over, share.problem = True, problem
        for waiting in list(share.dealt.values()):
            del share.dealt[waiting.key]
            if problem and not self._run.teacher.stopped:
                self._end(waiting, Finished(waiting.shard.skill, problem=problem))
            else:
                self._waiting[waiting.key] = waiting

    def _heed(self, share: Known) -> None:
        """The whole run stops where a share stops for a reason that is not its own."""
        for attempt in share.attempts.values():
            if attempt.stopped and not attempt.spent and attempt.stopped != ALONE:
                self._run.teacher.stop(attempt.stopped)

    def _hear(self, share: Known, outcome: Outcome) -> None:
        waiting = share.dealt.pop(outcome.key, None)
        if waiting is None:  # another attempt has told of it before
            return
        given_back = outcome.finished.problem and (share.spent or outcome.finished.problem == ALONE)
        if given_back and not self._run.teacher.stopped:
            self._waiting[waiting.key] = waiting
        else:
            self._end(waiting, outcome.finished)

    def _end(self, waiting: Waiting, finished: Finished) -> None:
        if finished.problem and waiting.run.round == FIRST_ROUND:
            self._news.failed.append(waiting.shard.number)
        if not waiting.ended.done():
            waiting.ended.set_result(finished)

    def _settle(self) -> None:
        """End what will not be dealt."""
        teacher = self._run.teacher
        if all(share.over or share.spent for share in self.shares) and any(share.spent for share in self.shares):
            teacher.stop(self._used_up())
        nobody = all(share.over for share in self.shares)
        for waiting in list(self._waiting.values()):
            skill = waiting.shard.skill
            if waiting.stream.closed:
                self._news.enough = True
                self._end(self._waiting.pop(waiting.key), Finished(skill))
            elif teacher.stopped:
                self._end(self._waiting.pop(waiting.key), Finished(skill, problem=teacher.stopped, stopped=True))
            elif nobody:
                problem = next(filter(None, (share.problem for share in self.shares)), "no process is left")
                self._end(self._waiting.pop(waiting.key), Finished(skill, problem=problem))
        self._news.enough |= any(each.stream.closed for share in self.shares for each in share.dealt.values())

    def _deal(self) -> None:
        usable = [share for share in self.shares if share.usable]
        if not usable:
            return
        self._first_begun = self._first_begun or time.monotonic()
        gathered = all(share.attempts or share.over for share in self.shares)
        if not gathered and time.monotonic() - self._first_begun < GATHER_SECONDS:
            return
        for key in sorted(self._waiting):
            share = min(usable, key=lambda each: (each.pieces, each.number))
            waiting = share.dealt[key] = self._waiting.pop(key)
            self._news.deals.append(Deal(share.number, waiting.run.round, waiting.shard))

    async def _announce(self) -> None:
        """Tell all shares what is new, and that the run goes on."""
        news, pieces = self._news, self._run.pieces
        news.all_read = pieces.all_read  # first: no shard follows
        news.shards = pieces.shards[self._read :]
        if news != News(all_read=self._told.all_read, enough=self._told.enough):
            await asyncio.to_thread(self.exchange.announce, self._announced, news)
            self._announced += 1
            self._read += len(news.shards)
            self._told, self._news = news, News(enough=news.enough)
        if time.monotonic() - self._beat >= BEAT_SECONDS or self._run.teacher.stopped != self._stop:
            self._beat, self._stop = time.monotonic(), self._run.teacher.stopped
            await asyncio.to_thread(self.exchange.live, int(self._beat), self._stop)


def placed(order: Order, store: Store) -> Order:
    """The order as another process has it, which works in another folder and reads no documents."""
    paths = {"output": store.output, "marks": order.marks, "mix_from": order.mix_from}
    absolute = {name: os.path.abspath(path) if path and "://" not in path else path for name, path in paths.items()}
    return Order(**{name: value for name, value in order if name in Order.model_fields}).model_copy(
        update={**absolute, "documents": order.documents[:1]}
    )
