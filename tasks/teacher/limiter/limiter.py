"""Lets calls in, one after the other, as fast as the endpoint bears it.

It needs no word with anybody: each process learns for itself what its endpoint bears, so that several share it fairly. Limits a
minute that a person states are shared as stated.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar

from tasks.teacher.faults import Fault
from tasks.teacher.limiter import headers
from tasks.teacher.limiter.allowance import Allowance
from tasks.teacher.limiter.breaker import Breaker
from tasks.teacher.limiter.bucket import Bucket
from tasks.teacher.limiter.call import Call
from tasks.teacher.limiter.concurrency import Concurrency
from tasks.teacher.limiter.line import Line, Ticket
from tasks.teacher.limiter.rate import Rate
from tasks.teacher.limiter.traffic import Held, Traffic
from tasks.teacher.work import step_of_call

GIVEN_UP = "given_up"
"""The reason of the fault that those get who wait for an endpoint that has been down for too long."""
_TOO_MANY = "http_429"
_WELL = ("failed_answer", _TOO_MANY)
"""Transport faults of an endpoint that is up."""
_BURST_SECONDS = 0.1
"""Seconds of a stated rate that may go at once."""
_UNDER_WAY: ContextVar[Call | None] = ContextVar("call_under_way", default=None)


class Limiter:
    """At most `most` calls at once within one event loop, `rpm` requests and `tpm` tokens a minute, and fewer where the endpoint
    bears fewer; waiting ones are served by depth, then in order. `share` is this process's part of the stated rates."""

    def __init__(
        self, most: int, *, rpm: float = 0, tpm: float = 0, share: float = 1.0, patience: float = math.inf
    ) -> None:
        self.elsewhere: Callable[[], Traffic] | None = None
        """Tells of the calls that other processes make in this one's stead."""
        self._active = 0
        self._concurrency, self._rate, self._breaker = Concurrency(most), Rate(), Breaker(patience)
        self._rpm, self._tpm = _a_minute(rpm * share), _a_minute(tpm * share)
        self._requests_left, self._tokens_left = Allowance(), Allowance()
        self._line = Line()
        self._orders, self._numbers = itertools.count(), itertools.count()
        self._sent: dict[int, float] = {}
        self._tokens = 0.0
        self._resume_at, self._why = -math.inf, ""
        self._released = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def limit(self) -> int:
        """Calls that may be under way at once, as things are."""
        return self.elsewhere().limit if self.elsewhere else self._concurrency.limit

    @property
    def active(self) -> int:
        """Calls under way."""
        return self.elsewhere().active if self.elsewhere else self._active

    @property
    def counts_tokens(self) -> bool:
        """Whether it matters how many tokens a call takes."""
        return self._tpm.rate != math.inf or self._tokens_left.known

    def order(self) -> int:
        """A place in the order of those who wait, to be kept over several tries of one call."""
        return next(self._orders)

    @asynccontextmanager
    async def slot(self, depth: int = 0, *, tokens: float = 0.0, order: int | None = None) -> AsyncIterator[Call]:
        """A place for one call that takes about so many `tokens`; what came of the call is learnt from how the block ends.

        Raises Fault `GIVEN_UP` where the endpoint has been down for longer than the limiter's patience.
        """
        call = await self._enter(depth, tokens, self.order() if order is None else order)
        under_way = _UNDER_WAY.set(call)
        try:
            yield call
        except Fault as fault:
            self._failed(call, fault)
            raise
        else:
            self._answered(call)
        finally:
            _UNDER_WAY.reset(under_way)
            self._leave(call)

    def heard(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        """What the headers of a reply say of the endpoint's limits."""
        call = _UNDER_WAY.get()
        told = headers.read(raw, time.time())
        if call is None or not told:
            return
        now = _now()
        if (of_requests := told.get("requests")) is not None:
            sent_since = self._concurrency.sent_since(call)
            self._requests_left.heard(of_requests, sent_since, call.sent, now)
        if (of_tokens := told.get("tokens")) is not None:
            self._tokens_left.heard(of_tokens, self._tokens - call.tokens_before - call.tokens, call.sent, now)

    def took(self, call: Call, tokens: float) -> None:
        """What the call took in truth."""
        more = tokens - call.tokens
        self._tokens += more
        for counted in (self._tpm, self._tokens_left):
            counted.take(more, _now())
        call.tokens = tokens

    def pause(self, seconds: float, why: str = "") -> None:
        """Let nobody in for `seconds`: the endpoint asked for that."""
        self._why = why
        self._resume_at = max(self._resume_at, _now() + seconds)
        self._wake()

    def all_started(self) -> None:
        """No more work will be started: from now on the shallowest step, which has the longest way to go, comes first."""
        self._line.shallowest_first()

    def release(self) -> None:
        """Hold nobody any longer: no more calls will be made."""
        self._released = True
        self._wake()

    def traffic(self) -> Traffic:
        """Who is in and who waits now, and why."""
        if self.elsewhere:
            return self.elsewhere()
        now, first = _now(), self._line.first(_now())
        held, left = self._hold(first.tokens if first else 0.0, now)
        down = self._breaker.down(now)
        return Traffic(
            active=self._active,
            limit=self._concurrency.limit,
            most=self._concurrency.most,
            waiting=self._line.by_step(),
            held=held if first or held in ("asked", "down") else "",
            rate=None if self._rate.rate == math.inf else self._rate.rate,
            queues=self._concurrency.queueing.found,
            paused=max(0.0, self._resume_at - now),
            down=down,
            left=self._breaker.left(now) if down else left,
            why=self._breaker.reason if down else self._why,
            oldest=now - min(self._sent.values()) if self._sent else 0.0,
        )

    async def _enter(self, depth: int, tokens: float, order: int) -> Call:
        now = _now()
        if not len(self._line) and self._hold(tokens, now)[0] == "":
            return self._let_in(tokens, 0.0, now)
        if self._breaker.left(now) <= 0 and self._breaker.wait(now) > 0:
            raise self._given_up(now)
        turn: asyncio.Future[Call] = asyncio.get_running_loop().create_future()
        ticket = Ticket(depth, order, step_of_call(), tokens, now, turn)
        self._line.join(ticket)
        self._wake()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:  # the place was already ours
                self._leave(turn.result())
            elif turn.cancelled():
                self._line.leave(ticket)
            raise

    def _let_in(self, tokens: float, waited: float, now: float) -> Call:
        self._active += 1
        call = Call(next(self._numbers), self._active, now, waited, tokens, self._tokens)
        self._sent[call.number] = now
        self._tokens += tokens
        self._concurrency.sent(call)
        self._rate.sent(now)
        self._rpm.take(1, now)
        self._requests_left.take(1, now)
        if tokens:
            self._tpm.take(tokens, now)
            self._tokens_left.take(tokens, now)
        if self._breaker.open:
            call.probe = True
            self._breaker.probe()
        return call

    def _leave(self, call: Call) -> None:
        del self._sent[call.number]
        self._active -= 1
        if call.probe:
            self._breaker.probed(_now())
        self._wake()

    def _wake(self) -> None:
        """Let in whoever may go, and come again when the next one may."""
        now = _now()
        while (ticket := self._line.first(now)) is not None:
            held, seconds = self._hold(ticket.tokens, now)
            if held == "":
                self._line.let_in(ticket, self._let_in(ticket.tokens, now - ticket.since, now))
                continue
            if self._breaker.left(now) <= 0:
                for each in self._line:
                    self._line.leave(each)
                    each.turn.set_exception(self._given_up(now))
                return
            seconds = min(seconds, self._breaker.left(now))
            if seconds < math.inf:
                self._come_again(now + seconds)
            return

    def _come_again(self, at: float) -> None:
        if self._timer is not None:
            if self._timer.when() <= at and not self._timer.cancelled():
                return
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(at, self._rung)

    def _rung(self) -> None:
        self._timer = None
        self._wake()

    def _hold(self, tokens: float, now: float) -> tuple[Held, float]:
        """Why a call may not go, and the seconds until it may, as far as that can be told."""
        if self._released:
            return "", 0.0
        if seconds := self._breaker.wait(now):
            return "down", seconds
        if (seconds := self._resume_at - now) > 0:
            return "asked", seconds
        if self._active >= self._concurrency.limit:
            return "places", math.inf
        if seconds := self._rpm.wait(1, now):
            return "rpm", seconds
        if tokens and (seconds := self._tpm.wait(tokens, now)):
            return "tpm", seconds
        if seconds := self._requests_left.wait(1, now):
            return "told", seconds
        if tokens and (seconds := self._tokens_left.wait(tokens, now)):
            return "told", seconds
        if seconds := self._rate.wait(now):
            return "rate", seconds
        return "", 0.0

    def _answered(self, call: Call) -> None:
        now = _now()
        if self._breaker.good():
            self._back()
        held = len(self._line) > 0 and self._active >= self._concurrency.limit
        self._concurrency.answered(call, now, held, self._active)

    def _failed(self, call: Call, fault: Fault) -> None:
        now = _now()
        if fault.retry_after and fault.kind in ("transport", "wait_long"):
            self.pause(fault.retry_after, fault.reason)
        if fault.kind == "transport" and fault.reason not in _WELL:
            self._breaker.bad(fault.reason, fault.reached, now)
            self._concurrency.broke(call)
            return
        if self._breaker.good():
            self._back()
        if fault.reason == _TOO_MANY:
            self._concurrency.refused(call, self._rate.settled)
            self._rate.refused(call.sent, now)

    def _back(self) -> None:
        """The endpoint was down and is up again: begin with few calls, at no rate that was learnt while it went down."""
        self._concurrency.back()
        self._rate = Rate()

    def _given_up(self, now: float) -> Fault:
        return Fault("transport", GIVEN_UP, f"it failed for {self._breaker.down(now):.0f} s ({self._breaker.reason})")


def _now() -> float:
    return asyncio.get_running_loop().time()


def _a_minute(units: float) -> Bucket:
    """So many units a minute; without bound for 0."""
    return Bucket(units / 60, max(1.0, units / 60 * _BURST_SECONDS)) if units else Bucket()
