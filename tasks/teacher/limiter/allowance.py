"""What is left of a limit by the endpoint's own account.

Some fill up steadily and tell when they will be full; some start anew at a fixed time. A time that moves away before it has come
is of the first sort.
"""

from __future__ import annotations

import math

from tasks.teacher.limiter.bucket import Bucket
from tasks.teacher.limiter.headers import Told

_APART = 1.5
"""Seconds by which a time must move: some are told in whole seconds."""
_USED = 0.02
"""Of the limit: what must be used to tell how fast it comes back."""


class Allowance:
    """One limit of the endpoint's; none as long as nothing was said of it."""

    def __init__(self) -> None:
        self._bucket = Bucket()
        self._steady = False
        self._reset = -math.inf
        """When it starts anew, or is full."""

    @property
    def known(self) -> bool:
        """Whether anything was said of it."""
        return self._bucket.rate != math.inf

    def heard(self, told: Told, since: float, sent: float, now: float) -> None:
        """What a reply to a call says that went at `sent`, since when `since` was taken by others."""
        reset = now + told.reset
        moved = now < self._reset and reset > self._reset + _APART
        self._steady |= moved
        used = told.limit - told.remaining
        rate = self._bucket.rate if self._steady and self.known else 0.0
        if self._steady and told.reset > 0 and (used > _USED * told.limit or moved):
            rate = used / told.reset
        if self._steady or now >= self._reset or not self.known:
            self._reset = reset
        self._bucket.change(rate, told.limit, now)
        left = told.remaining - since + rate * (now - sent)
        self._bucket.take(self._bucket.level(now) - left, now)

    def wait(self, amount: float, now: float) -> float:
        """Seconds until so much is there."""
        if not self.known:
            return 0.0
        if not self._steady and now >= self._reset:
            self._bucket = Bucket()
            return 0.0
        seconds = self._bucket.wait(amount, now)
        return seconds if self._steady else min(seconds, self._reset - now)

    def take(self, amount: float, now: float) -> None:
        """Take so much, or give it back."""
        self._bucket.take(amount, now)
