"""How many calls may be under way at once.

It begins in the middle and grows while calls wait for a place: with every answer at first, by a fixed number a round once
something went wrong; a round lasts until calls that went after its beginning come back. It falls, once a round at most, when

- the endpoint breaks down under it, see :mod:`tasks.teacher.limiter.breakdown`;
- the endpoint only queues what is more, see :mod:`tasks.teacher.limiter.queueing`;
- calls are refused that had more beside them than those that are answered, though the rate was lowered already.
"""

from __future__ import annotations

from tasks.teacher.limiter.breakdown import Breakdown
from tasks.teacher.limiter.call import Call
from tasks.teacher.limiter.queueing import Queueing

START = 64
_FEW = 8
"""Places to begin with again at an endpoint that was away."""
_FAST = 2
"""Places that each answer adds at first."""
_ROUNDS = 32
"""From no place to the most, later."""
_ROUND_CALLS = 16
_REFUSALS, _ABOUT = 3, 0.9
"""Rounds in which only calls were refused that had about as many beside them as any that was answered of late, or more."""


class Concurrency:
    """The number of places."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.limit = min(START, most)
        self.queueing, self._breakdown = Queueing(), Breakdown()
        self._fast, self._bounded = True, False
        """Whether nothing went wrong yet, and whether the endpoint counts what is under way."""
        self._next = self._round = self._calls = 0
        """Numbers of the next call, of the first of the round under way, and of answers in it."""
        self._answered = self._answered_before = 0
        """The most that were under way with an answered call, in this round and in the one before."""
        self._refusals, self._refused = 0, False
        """Rounds that speak for too many at once, and whether this one does."""

    def sent(self, call: Call) -> None:
        """A call goes."""
        self._next = call.number + 1

    def sent_since(self, call: Call) -> int:
        """How many calls went after it."""
        return self._next - call.number - 1

    def answered(self, call: Call, now: float, held: bool, active: int) -> None:
        """It was answered; `held` says whether others wait for nothing but a place."""
        self._answered = max(self._answered, call.among)
        mended = self._breakdown.over(call, False, self.limit, self._next)
        places = self.queueing.answered(call, now, held, self.limit, active)
        if mended is not None:
            self._fall(mended)
        elif places is not None:
            self._fast = self._fast and places >= self.limit
            self.limit = min(self.most, places)
        elif held and self._fast and not self.queueing.slower:
            self._grow(_FAST)
        self._end_round(call, held)

    def refused(self, call: Call, lowered: bool) -> None:
        """It was refused for being one too many; `lowered` says whether the rate has been lowered for that already."""
        most = max(self._answered, self._answered_before)
        if call.among < _ABOUT * most:
            self._refusals, self._refused = 0, False
        elif lowered and most and not self._refused:
            self._refusals, self._refused = self._refusals + 1, True
        if self._refusals >= _REFUSALS:
            self._fall(most - 1)
            self._bounded = True

    def broke(self, call: Call) -> None:
        """It failed in a way that calls fail where an endpoint is overburdened."""
        places = self._breakdown.over(call, True, self.limit, self._next)
        if places is not None:
            self._fall(places)

    def back(self) -> None:
        """Begin anew with an endpoint that was away."""
        self._fall(_FEW)
        self._breakdown, self._fast = Breakdown(), True

    def _grow(self, places: int) -> None:
        if not self.queueing.trying:
            self.limit = min(self.most, self.limit + places)

    def _fall(self, places: int) -> None:
        """Go on with so many; with more where it had fallen in vain."""
        self._fast = places > self.limit
        self.limit = max(1, min(self.most, places))
        self._round, self._calls, self._refusals = self._next, 0, 0
        self.queueing.forget()

    def _end_round(self, call: Call, held: bool) -> None:
        self._calls += 1
        if call.number < self._round or self._calls < min(self.limit, max(_ROUND_CALLS, self.limit // 2)):
            return
        self._round, self._calls = self._next, 0
        self._answered_before, self._answered, self._refused = self._answered, 0, False
        if held and not self._fast:
            self._grow(1 if self.queueing.found or self._bounded else max(1, self.most // _ROUNDS))
