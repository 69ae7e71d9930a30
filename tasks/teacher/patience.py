"""How long a failing call is tried again, and after what waits."""

from __future__ import annotations

import math
import time

import tenacity

from tasks.teacher.faults import Fault

_FAILED_ANSWERS = 8
"""Failed answers to one call, one after the other, after which it is the call that the endpoint cannot serve."""
_BACKOFF = tenacity.wait_random_exponential(multiplier=0.5, max=30)
_NOBODY_THERE = 30.0
"""Seconds for which an address is tried at which nothing has listened yet: it is likelier wrong than slow."""


class Patience:
    """Stops tenacity after so many seconds of failing; neither the wait for a place before the first call counts nor waits
    that the endpoint asked for."""

    def __init__(self, seconds: float, *, answered: bool) -> None:
        self.seconds = seconds
        self.answered = answered
        self.began = math.inf

    def __call__(self, state: tenacity.RetryCallState) -> bool:
        fault = state.outcome.exception() if state.outcome else None
        if isinstance(fault, Fault) and fault.reason == "failed_answer":
            return state.attempt_number >= _FAILED_ANSWERS
        if isinstance(fault, Fault) and fault.kind == "wait_long":
            self.seconds += fault.retry_after or 0.0
        now = time.monotonic()
        self.began = min(self.began, now)
        self.answered |= isinstance(fault, Fault) and fault.reached
        seconds = self.seconds if self.answered else min(self.seconds, _NOBODY_THERE)
        left = seconds - (now - self.began)
        asked = isinstance(fault, Fault) and fault.retry_after
        state.upcoming_sleep = state.upcoming_sleep if asked else min(state.upcoming_sleep, max(0.0, left))
        return left <= 0


def wait(state: tenacity.RetryCallState) -> float:
    """Seconds until the next try: what the endpoint asked for, or a random wait that grows."""
    fault = state.outcome.exception() if state.outcome else None
    asked = fault.retry_after if isinstance(fault, Fault) and fault.retry_after is not None else 0.0
    return max(asked, _BACKOFF(state)) if asked < 1 else asked + _BACKOFF(state) / 10
