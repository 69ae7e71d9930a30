"""Gathers calls into batches: a call joins the open batch and waits for its answer, which may take a day.

A batch is submitted when it is full, or when nothing more can join: no call is under way on its own and none has joined for a
while, so that all work waits.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

from tasks.records import Json, digest
from tasks.settings import ALL_STEPS
from tasks.teacher.batches.delivery import Batch, Call, Delivery, end
from tasks.teacher.batches.expected import Expected
from tasks.teacher.faults import Fault
from tasks.teacher.work import GREETING

CLOSING_SECONDS = 30.0
"""How long a batch that is being submitted or collected is waited for when the run ends."""


@dataclass(frozen=True)
class Batched:
    """What goes through batches, at one moment."""

    calls: int = 0
    """Calls in batches that were submitted, or are being."""
    batches: int = 0
    gathering: int = 0
    """Calls that wait in the open batch."""
    oldest: float = 0.0
    """Seconds since the oldest of the batches was submitted."""

    def left(self) -> str:
        """What is to be said of batches that are left at the provider; empty where there are none."""
        if not self.batches:
            return ""
        stays = "1 batch stays" if self.batches == 1 else f"{self.batches} batches stay"
        return f"{stays} at the provider, with {self.calls:,} calls, to be picked up"

    def __add__(self, other: Batched) -> Batched:
        return Batched(
            self.calls + other.calls,
            self.batches + other.batches,
            self.gathering + other.gathering,
            max(self.oldest, other.oldest),
        )


@dataclass(eq=False)
class Batcher:
    """The batches of one endpoint, for calls of some steps; lives on one event loop."""

    delivery: Delivery
    steps: frozenset[str]
    """Whose calls are batched, or `ALL_STEPS`."""
    quiet_seconds: float
    """For how long no call must have joined before a batch goes that is not full."""
    busy: Callable[[], bool] = lambda: False
    """Whether calls are under way on their own, after which others may join."""
    expected: Expected = field(default_factory=Expected)
    """What the calls that wait for an answer are expected to take."""
    _calls: dict[str, Call] = field(default_factory=dict)
    _open: list[Call] = field(default_factory=list)
    _characters: int = 0
    _joined: int = 0
    _most_bytes: float = float("inf")
    """What one batch may hold before the account's queue at the provider is full, as far as we know."""
    _sent: dict[str, Batch] = field(default_factory=dict)
    _over: str = ""
    """Why no further batch is submitted."""
    _submitting: set[Batch] = field(default_factory=set)
    _one_ended: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _gathering: bool = False

    def takes(self, step: str) -> bool:
        """Whether the step's calls are batched."""
        return step in self.steps or (ALL_STEPS in self.steps and step != GREETING)

    async def reply(self, key: str, body: Json, step: str, agent: str, expected: Expected) -> Json | None:
        """The reply as the ledger keeps it, once a batch has brought it; None where the call is to be made on its own.

        Raises Fault for what no further try would mend.
        """
        call = self._calls.get(key)
        if call is None:
            call = Call(key, body, step, agent, expected, asyncio.get_running_loop().create_future())
            self._calls[key] = call
            self.expected += expected
            call.done.add_done_callback(lambda _: self._over_with(call))
            self._join([call])
        return await asyncio.shield(call.done)

    @property
    def under_way(self) -> int:
        """Calls that wait for an answer."""
        return len(self._calls)

    async def one_ended(self) -> None:
        """Wait until a batch has ended, or come to nothing."""
        await self._one_ended.wait()

    def traffic(self) -> Batched:
        """What is under way now."""
        now = time.time()
        sent = [batch for batch in (*self._submitting, *self._sent.values()) if batch.calls]
        oldest = now - min((batch.submitted or now for batch in sent), default=now)
        return Batched(sum(len(batch.calls) for batch in sent), len(sent), len(self._open), oldest)

    def flush(self) -> None:
        """Submit what has gathered, and nothing afterwards; what was submitted is waited for."""
        self._over = self._over or "flushed"
        self._submit()
        self._one_ended.set()

    def leave(self) -> None:
        """Let go of everything: batches that were submitted stay at the provider, and who waits for them raises Fault, stop."""
        self._over, self._open = "left", []
        for call in list(self._calls.values()):
            end(call, Fault("stop", "stopped"))
        self._one_ended.set()

    async def close(self) -> None:
        """End what is under way here; a batch that is being submitted or collected is waited for."""
        self.leave()
        until = time.monotonic() + CLOSING_SECONDS
        while self._in_the_middle() and time.monotonic() < until:
            await asyncio.sleep(0.05)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self.delivery.submissions.end)

    def _in_the_middle(self) -> bool:
        return bool(self._submitting) or any(batch.collecting for batch in self._sent.values())

    def _over_with(self, call: Call) -> None:
        del self._calls[call.key]
        self.expected -= call.expected

    def _join(self, calls: Iterable[Call]) -> None:
        for call in calls:
            if call.done.done():
                continue
            if self._over:
                end(call, Fault("stop", "stopped"))
                continue
            self._open.append(call)
            self._joined += 1
            self._characters += sum(len(str(message.get("content") or "")) for message in call.body["messages"])
        jobs = self.delivery.jobs
        if len(self._open) >= jobs.most_requests or self._characters >= min(jobs.most_bytes, self._most_bytes):
            self._submit()
        elif self._open and not self._gathering:
            self._start(self._gather(), lambda: self._open)

    async def _gather(self) -> None:
        self._gathering, seen = True, -1
        try:
            while self._open and (seen != self._joined or self.busy()):
                seen = self._joined
                await asyncio.sleep(self.quiet_seconds)
        finally:
            self._gathering = False
        self._submit()

    def _submit(self) -> None:
        calls, self._open, self._characters = self._open, [], 0
        if calls:
            self._start(self._divide(calls), lambda: calls)

    async def _divide(self, calls: list[Call]) -> None:
        """Submit the calls in as many batches as they need."""
        version, named = self.delivery.jobs.version(), {call.key: call for call in calls}
        for lines in await asyncio.to_thread(self._portions, calls):
            if self._over != "left":
                batch = Batch(digest(time.time(), sorted(lines)), {key: named[key] for key in lines}, version)
                self._start(self._send(batch, list(lines.values())), batch.waiting)

    async def _send(self, batch: Batch, lines: list[bytes]) -> None:
        """Submit a batch, and have those of its calls that are under way in others wait for these."""
        self._submitting.add(batch)
        try:
            others = await self.delivery.send(batch, lines)
        finally:
            self._submitting.discard(batch)
        if batch.job:
            self._follow(batch)
        for tag, theirs in others.items():
            if tag not in self._sent:
                self._follow(Batch(tag, {}))
            self._sent[tag].calls |= {call.key: call for call in theirs}

    def _portions(self, calls: list[Call]) -> list[dict[str, bytes]]:
        """Key -> line of each batch."""
        jobs = self.delivery.jobs
        most = min(jobs.most_bytes, self._most_bytes)
        portions: list[dict[str, bytes]] = [{}]
        size = 0
        for call in calls:
            line = jobs.line(call.key, call.body)
            size += len(line)
            if portions[-1] and (size > most or len(portions[-1]) >= jobs.most_requests):
                portions.append({})
                size = len(line)
            portions[-1][call.key] = line
        return portions

    def _follow(self, batch: Batch) -> None:
        self._sent[batch.tag] = batch
        self._start(self._bring(batch), batch.waiting)

    async def _bring(self, batch: Batch) -> None:
        size = sum(len(str(call.body)) for call in batch.calls.values())
        try:
            if not batch.job:
                await self.delivery.pick_up(batch)
            await self.delivery.collect(batch)
        finally:
            self._sent.pop(batch.tag, None)
        if batch.queue_full:
            await self._wait_for_room(batch, size)
        self._join(batch.again)

    async def _wait_for_room(self, batch: Batch, size: int) -> None:
        """The account's queue at the provider is full: let another of ours end first, or send fewer at once."""
        if self._sent:
            await self.one_ended()
        elif len(batch.again) > 1:
            self._most_bytes = size // 2
        else:
            await asyncio.sleep(self.delivery.look_seconds)

    def _start(self, work: Coroutine[Any, Any, None], waiting: Callable[[], list[Call]]) -> None:
        """Do the work beside all else; what ends it before its time is told to the calls that wait for it then."""

        async def guarded() -> None:
            try:
                await work
            except Exception as problem:
                for call in waiting():
                    end(call, problem)
            finally:
                self._one_ended.set()
                self._one_ended = asyncio.Event()

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
