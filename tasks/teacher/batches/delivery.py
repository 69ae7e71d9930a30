"""One batch on its way: submitted, waited for, collected. What of it is to go again is given back.

Between the moment when a provider accepts a job and the moment when we have written its id down lies a window. A batch is
written down before it is sent, under a tag that the job bears where it can (OpenAI: metadata), and after a reply that was lost
the jobs of the account are looked through before anything is sent again. What remains: a provider whose list lags by more than
`ACCEPTANCE_SECONDS` behind what it accepted; and with Anthropic, whose jobs bear nothing of ours, a job of the account with as
many requests of about the same time is taken for ours, and given up again if its answers turn out to be others'.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import tenacity

from tasks.records import Json
from tasks.teacher.accounts import counts_of, kept_of
from tasks.teacher.batches.expected import Expected
from tasks.teacher.batches.jobs import Jobs, Outcome, Owners, State
from tasks.teacher.batches.submissions import Submission, Submissions
from tasks.teacher.faults import Fault
from tasks.teacher.ledger import Ledger
from tasks.teacher.patience import Patience, wait
from tasks.teacher.prices import Price
from tasks.teacher.replies import choice_of
from tasks.teacher.usage import Usage

ACCEPTANCE_SECONDS = 30.0
"""How long a batch without an id may still turn up at the provider, before it is taken for one that was never accepted."""
FIRST_LOOK_SECONDS = 2.0
_GROWTH = 1.5
_AT_ONCE = 500
"""Answers that are written to the ledger side by side."""
_MOST_CHANGES = 12
"""Times that one request is changed to please the endpoint."""
T = TypeVar("T")


@dataclass(eq=False)
class Call:
    """A call that waits for its answer; `done` gives it, or None where it is to be made by itself."""

    key: str
    body: Json
    step: str
    agent: str
    expected: Expected
    done: asyncio.Future[Json | None]
    failures: int = 0
    changes: int = 0


@dataclass(eq=False)
class Batch:
    """Calls that go, or went, to the provider together."""

    tag: str
    calls: dict[str, Call]
    """Those of them that somebody here waits for."""
    version: object = None
    """The form that its requests were made in; None if another run made them."""
    job: str = ""
    submitted: float = 0.0
    ours: bool = False
    """Its job has told something of its calls, so that it is no other's."""
    collecting: bool = False
    """It has ended, and its answers are on their way into the ledger."""
    again: list[Call] = field(default_factory=list)
    """Calls that are to go in a further batch."""
    queue_full: bool = False
    """It came back whole, since the account's queue at the provider is full."""

    def waiting(self) -> list[Call]:
        """Calls that have no end yet."""
        return [*self.calls.values(), *self.again]


@dataclass
class Delivery:
    """The way of batches to one endpoint and back."""

    jobs: Jobs
    submissions: Submissions
    ledger: Ledger
    usage: Usage
    price: Price | None
    endpoint: str
    model: str
    look_seconds: float
    """The longest gap between two looks at a job."""
    patience_seconds: float

    async def check(self) -> None:
        """Raises NoBatchAPI or Fault where nothing can be submitted; costs nothing."""
        await self._patiently(self.jobs.check, answered=False)

    async def send(self, batch: Batch, lines: Sequence[bytes]) -> dict[str, list[Call]]:
        """Submit a batch, without the calls that are under way in others already; gives those by the others' tags.

        Of a batch that has a job afterwards something was submitted.
        """
        owners = {key: (call.step, call.agent) for key, call in batch.calls.items()}
        batch.submitted = time.time()
        theirs = await self.submissions.claim(
            Submission(batch.tag, "", batch.submitted), self.endpoint, self.model, owners
        )
        others: dict[str, list[Call]] = {}
        for key, tag in theirs.items():
            others.setdefault(tag, []).append(batch.calls[key])
        ours = [line for key, line in zip(batch.calls, lines, strict=True) if key not in theirs]
        for key in theirs:
            del batch.calls[key]
        if ours:
            batch.job = await self._accepted(batch, ours)
            await self.submissions.accepted(batch.tag, batch.job)
        return others

    async def pick_up(self, batch: Batch) -> None:
        """Find the job of a batch that another run, or another process, has written down; without one its calls go again."""
        known = await self.submissions.get(batch.tag)
        while known and not known.job:
            batch.submitted = known.submitted
            if found := await self._patiently(partial(self._found, batch)):
                await self.submissions.accepted(batch.tag, found)
            elif time.time() > known.submitted + ACCEPTANCE_SECONDS:
                await self.submissions.close(batch.tag)
            else:
                await asyncio.sleep(min(FIRST_LOOK_SECONDS, self.look_seconds))
            known = await self.submissions.get(batch.tag)
        if known:
            batch.job, batch.submitted = known.job, known.submitted

    async def collect(self, batch: Batch) -> None:
        """Wait until a batch has ended and bring its answers into the ledger, each before it is used."""
        state = await self._ended(batch) if batch.job else State(ended=True)
        batch.collecting = True
        if state.fault is None and batch.job:
            owners = await self.submissions.owners(batch.tag)
            async for outcomes in self._outcomes(batch.job):
                await asyncio.gather(*(self._take(batch, owners, outcome) for outcome in outcomes))
        for call in list(batch.calls.values()):
            await self._lacking(batch, call, state)
        await self.submissions.close(batch.tag)
        if batch.ours:
            await self.jobs.forget(batch.job)

    async def _accepted(self, batch: Batch, lines: list[bytes]) -> str:
        """The id of the job of these lines; after a reply that was lost, of the one that the provider has all the same."""
        tries = itertools.count()

        async def submitted() -> str:
            if next(tries) and (found := await self._found(batch)):
                return found
            return await self.jobs.submit(lines, batch.tag)

        try:
            return await self._patiently(submitted)
        except Fault as fault:
            if not _passes(fault):  # else it may have been accepted after all
                await self.submissions.close(batch.tag)
            raise

    async def _found(self, batch: Batch) -> str | None:
        """A job of this batch that nobody heard of."""
        keys, known = await self.submissions.owners(batch.tag), await self.submissions.jobs()
        return await self.jobs.find(batch.tag, batch.submitted, keys.keys(), known)

    async def _ended(self, batch: Batch) -> State:
        gap = min(FIRST_LOOK_SECONDS, self.look_seconds)
        while not (state := await self._patiently(partial(self.jobs.state, batch.job))).ended:
            await asyncio.sleep(gap)
            gap = min(gap * _GROWTH, self.look_seconds)
        return state

    async def _outcomes(self, job: str) -> AsyncIterator[list[Outcome]]:
        """What came of the job's requests, some hundreds at a time; read again from the start where the reading broke off."""
        seen: set[str] = set()
        patience = Patience(self.patience_seconds, answered=True)
        async for attempt in tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_passes), wait=wait, stop=patience, reraise=True
        ):
            with attempt:
                gathered: dict[str, Outcome] = {}
                async for outcome in self.jobs.outcomes(job):
                    if outcome.key not in seen:
                        gathered[outcome.key] = outcome
                    if len(gathered) == _AT_ONCE:
                        seen |= gathered.keys()
                        yield list(gathered.values())
                        gathered = {}
                seen |= gathered.keys()
                yield list(gathered.values())

    async def _take(self, batch: Batch, owners: Owners, outcome: Outcome) -> None:
        """Keep an answer, or see what becomes of a call that has none."""
        if outcome.key not in owners:
            return
        batch.ours = True
        (step, agent), fault = owners[outcome.key], outcome.fault
        try:
            choice_of(outcome.reply)
        except Fault as malformed:
            fault = fault or malformed
        call = batch.calls.pop(outcome.key, None)
        if fault is None:
            kept = kept_of(outcome.reply, batch=True)
            if await self.ledger.find(outcome.key) is None:
                await self.ledger.commit(outcome.key, self.model, agent, kept)
                self.usage.add(step, self.model, made=1, **counts_of(kept, self.price))
            if call:
                _tell(call, kept)
            return
        self.ledger.note_failure(outcome.key, agent, fault.reason)
        self.usage.add(step, self.model, made=1, failed=1)
        self.usage.last_fault = fault.reason
        if call:
            self._failed(batch, call, fault, outcome.said)

    async def _lacking(self, batch: Batch, call: Call, state: State) -> None:
        """Of this call nothing was told; perhaps it came too late to be told what was."""
        del batch.calls[call.key]
        if (known := await self.ledger.find(call.key)) is not None:
            _tell(call, known)
        elif state.queue_full or not batch.job:
            batch.queue_full |= state.queue_full
            batch.again.append(call)
        else:
            self._failed(batch, call, state.fault or Fault("transport", "not_answered"), "")

    def _failed(self, batch: Batch, call: Call, fault: Fault, said: str) -> None:
        """A call goes again in another form, once more as it is, by itself, or has its fault for an end."""
        if fault.kind in ("bad_request", "overflow") and call.changes < _MOST_CHANGES:
            revised = self.jobs.revised(call.body, batch.version, fault, said)
            if revised is not None:
                call.body, call.changes = revised, call.changes + 1
                batch.again.append(call)
                return
        if fault.kind in ("stop", "refused", "overflow") or (said and fault.kind == "bad_request"):
            end(call, fault)
        elif call.failures:
            _tell(call, None)
        else:
            call.failures += 1
            batch.again.append(call)

    async def _patiently(self, work: Callable[[], Awaitable[T]], *, answered: bool = True) -> T:
        async for attempt in tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_passes),
            wait=wait,
            stop=Patience(self.patience_seconds, answered=answered),
            reraise=True,
        ):
            with attempt:
                return await work()
        raise AssertionError("tenacity tries at least once")


def _tell(call: Call, answer: Json | None) -> None:
    if not call.done.done():
        call.done.set_result(answer)


def end(call: Call, problem: Exception) -> None:
    """Tell who waits for a call that this is its end, unless it has one."""
    if not call.done.done():
        call.done.set_exception(problem)
        call.done.exception()  # it may be that nobody waits any more


def _passes(error: BaseException) -> bool:
    return isinstance(error, Fault) and error.kind in ("transport", "wait_long")
