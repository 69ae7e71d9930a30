"""Whether an endpoint is down, so that nobody is let in but a probe now and then."""

from __future__ import annotations

import math
import random

_SHOWN = ((4, 3.0), (32, 0.5))
"""Failures in a row, and for how many seconds nothing but failures, that show an endpoint down."""
_FIRST_GAP, _WIDER, _WIDEST = 1.0, 1.6, 10.0
"""Seconds between probes."""
NOBODY_THERE = 30.0
"""Seconds for which an address is tried at which nothing has listened yet: it is likelier wrong than slow."""


class Breaker:
    """Open while the endpoint is down; gives up after so many seconds of that."""

    def __init__(self, patience: float = math.inf) -> None:
        self.patience = patience
        self.open = False
        self.reason = ""
        """Of the newest failure."""
        self._failures = 0
        self._since = 0.0
        """When the first of them was."""
        self._reached = False
        self._gap = _FIRST_GAP
        self._next_probe = 0.0
        self._probing = False

    def good(self) -> bool:
        """It answers; whether it was down."""
        was_open, self.open = self.open, False
        self._failures, self._gap, self._reached = 0, _FIRST_GAP, True
        return was_open

    def bad(self, reason: str, reached: bool, now: float) -> None:
        """A call failed as calls do where an endpoint is down."""
        self.reason = reason
        self._reached |= reached
        self._since = self._since if self._failures else now
        self._failures += 1
        shown = any(self._failures >= count and now - self._since >= seconds for count, seconds in _SHOWN)
        if shown and not self.open:
            self.open, self._gap = True, _FIRST_GAP
            self._next_probe = now + self._gap

    def probe(self) -> None:
        """A call goes to see whether it is back."""
        self._probing = True

    def probed(self, now: float) -> None:
        """That call is over; the next one waits longer."""
        self._probing = False
        self._gap = min(self._gap * _WIDER, _WIDEST)
        self._next_probe = now + self._gap * random.uniform(0.8, 1.0)

    def wait(self, now: float) -> float:
        """Seconds until a call may go: none but the probe where it is down."""
        if not self.open:
            return 0.0
        return math.inf if self._probing else max(0.0, self._next_probe - now)

    def down(self, now: float) -> float:
        """Seconds for which it has been down; 0 if it is not."""
        return now - self._since if self.open else 0.0

    def left(self, now: float) -> float:
        """Seconds until it is given up."""
        if not self.open:
            return math.inf
        patience = self.patience if self._reached else min(self.patience, NOBODY_THERE)
        return max(0.0, patience - self.down(now))
