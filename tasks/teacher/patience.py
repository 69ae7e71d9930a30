"""How long a failing call is tried again, and after what waits."""

from __future__ import annotations

import math
import time

import tenacity

from tasks.teacher.faults import Fault
from tasks.teacher.limiter import breaker

_FAILED_ANSWERS = 8
"""Failed answers to one call, one after the other, after which it is the call that the endpoint cannot serve."""
_BACKOFF = tenacity.wait_random_exponential(multiplier=0.5, max=30)


class Patience:
    """Stops tenacity after so many seconds of failing; neither the wait to be let in counts nor waits that the endpoint asked
    for."""

    def __init__(self, seconds: float, *, answered: bool) -> None:
        self.seconds = seconds
        self.answered = answered
        self.began = math.inf
        self.order: int | None = None
        """The call's place in the line of the limiter, once it has one."""
        self._excused = 0.0

    def excuse(self, seconds: float) -> None:
        """So many seconds were spent waiting to be let in."""
        if self.began < math.inf:
            self._excused += seconds

    def __call__(self, state: tenacity.RetryCallState) -> bool:
        fault = state.outcome.exception() if state.outcome else None
        if isinstance(fault, Fault) and fault.reason == "failed_answer":
            return state.attempt_number >= _FAILED_ANSWERS
        if isinstance(fault, Fault) and fault.kind == "wait_long":
            self.seconds += fault.retry_after or 0.0
        now = time.monotonic()
        self.began = min(self.began, now)
        self.answered |= isinstance(fault, Fault) and fault.reached
        seconds = self.seconds if self.answered else min(self.seconds, breaker.NOBODY_THERE)
        left = seconds + self._excused - (now - self.began)
        asked = isinstance(fault, Fault) and fault.retry_after
        state.upcoming_sleep = state.upcoming_sleep if asked else min(state.upcoming_sleep, max(0.0, left))
        return left <= 0


def wait(state: tenacity.RetryCallState) -> float:
    """Seconds until the next try: what the endpoint asked for, or a random wait that grows."""
    fault = state.outcome.exception() if state.outcome else None
    asked = fault.retry_after if isinstance(fault, Fault) and fault.retry_after is not None else 0.0
    return max(asked, _BACKOFF(state)) if asked < 1 else asked + _BACKOFF(state) / 10
