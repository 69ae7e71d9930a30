"""Units that come at a steady rate: calls or tokens."""

from __future__ import annotations

import math


class Bucket:
    """What has come and was not taken, up to `room`. More may be taken than is there; what follows then waits for it."""

    def __init__(self, rate: float = math.inf, room: float = 0.0) -> None:
        self.rate, self.room = rate, room
        self._level, self._at = room, -math.inf

    def level(self, now: float) -> float:
        """What is there."""
        if now > self._at:
            came = (now - self._at) * self.rate if self._at > -math.inf else self.room
            self._level, self._at = min(self.room, self._level + came), now
        return self._level

    def wait(self, amount: float, now: float) -> float:
        """Seconds until `amount` is there; where it is more than there is room for, until the room is full."""
        if self.rate == math.inf:
            return 0.0
        lacking = min(amount, self.room) - self.level(now)
        if lacking <= 1e-9:
            return 0.0
        return lacking / self.rate if self.rate else math.inf

    def take(self, amount: float, now: float) -> None:
        """Take `amount`; a negative one is given back."""
        if self.rate != math.inf:
            self._level = min(self.room, self.level(now) - amount)

    def change(self, rate: float, room: float, now: float) -> None:
        """Go on at another rate; what is there stays, as far as there is room for it."""
        if self.rate == math.inf:
            self._level, self._at = room, now
        else:
            self.level(now)
        self.rate, self.room = rate, room
        self._level = min(self._level, room)
