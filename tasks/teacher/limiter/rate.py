"""Calls a second that the endpoint takes, learnt from those that it refuses for being too many.

A refusal sets the rate to what was accepted of late and begins a trial: if calls are refused at that rate as well, it falls to
what was accepted in the trial. Then it grows again, slowly at first and faster the longer nothing is refused, for limits change.
Refusals that are as frequent at a lower rate have another cause; the rate then does not heed them for a while.
"""

from __future__ import annotations

import math
from collections import deque

from tasks.teacher.limiter.bucket import Bucket

_BELOW = 0.98
"""Of what was accepted: the rate to go on at."""
_SECONDS = 1.0
"""Over which accepted calls are counted, and between two steps of growth."""
_CALLS, _MOST_SECONDS, _FEWEST = 8, 60.0, 4
"""Calls that are counted, as far as they went within so many seconds; and how few tell nothing."""
_GAP_SECONDS, _SHORTEST, _FIRST_SECONDS = 0.2, 0.05, 0.3
"""Without a call, after which counting begins anew; over which it goes at least, and where nothing is known yet."""
_TRIAL_SECONDS, _TRIAL_CALLS = 0.5, 10
_BORNE = 0.03
"""Share of refusals in a trial that is no reason to go lower."""
_USED, _AS_MANY = 0.7, 0.7
"""Of the rate: what must have gone to tell of it. Of an earlier trial's share of refusals: what is no fewer."""
_FIRST_GROWTH, _NEW_GROWTH, _GROWTH, _LEAST_GROWTH = 0.5, 0.02, 0.004, 0.001
"""By how much the rate grows in the first second after it fell: at first, at a new limit, at one met before, and at least."""
_FASTER, _MOST_GROWTH = 1.8, 0.2
"""How much faster it grows each second, and by how much a second at most."""
_ROOM_SECONDS = 0.05
"""Seconds of calls that may go at once."""
_LEAST = 0.2
_DEAF_SECONDS, _MOST_DEAF_SECONDS = 30.0, 600.0


class Rate:
    """The rate learnt; without bound until something is refused."""

    def __init__(self) -> None:
        self._bucket = Bucket()
        self._sent: deque[float] = deque()
        self._refused: deque[float] = deque()
        self._resumed = 0.0
        """When calls went again after none had."""
        self._since = -math.inf
        """When the rate was last lowered: refusals of calls sent before tell nothing new."""
        self._trial = False
        self._trial_sent = self._trial_refused = 0
        self._accepted, self._seconds, self._before = 0, 0.0, math.inf
        """What the rate was last lowered by: calls accepted in so many seconds; none after a trial. And the rate before."""
        self._share: float | None = None
        self._in_vain = 0
        self._ceiling = 0.0
        self._slowest = self._growth = _GROWTH
        self._grown = -math.inf
        self._held, self._sent_since = False, 0
        """Whether calls waited for it since it grew last, and how many went."""
        self._deaf_until, self._deaf_seconds = -math.inf, _DEAF_SECONDS

    @property
    def settled(self) -> bool:
        """Whether a rate was found at which hardly anything is refused."""
        return self._ceiling > 0

    @property
    def rate(self) -> float:
        """Calls a second."""
        return self._bucket.rate

    def wait(self, now: float) -> float:
        """Seconds until another call may go."""
        if self._bucket.rate == math.inf:
            return 0.0
        self._grow(now)
        seconds = self._bucket.wait(1, now)
        self._held |= seconds > 0
        return seconds

    def sent(self, now: float) -> None:
        """A call goes."""
        self._bucket.take(1, now)
        if not self._sent or now - self._sent[-1] > max(_GAP_SECONDS, 2 / self.rate):
            self._resumed = now
        self._sent.append(now)
        self._trial_sent += self._trial
        self._sent_since += 1
        since = now - self._horizon()
        for times in (self._sent, self._refused):
            while times and times[0] < since:
                times.popleft()

    def refused(self, sent: float, now: float) -> None:
        """A call that went at `sent` was refused for being one too many."""
        self._refused.append(now)
        if now < self._deaf_until:
            return
        if sent < self._since:  # it was counted as accepted when the rate was lowered
            if self._trial and self._seconds and sent >= self._since - self._seconds:
                self._accepted -= 1
                self._to(max(_LEAST, min(self._before, self._accepted / self._seconds) * _BELOW), now)
            return
        if self._trial:
            self._trial_refused += 1
            return
        since = max(self._resumed, now - self._horizon())
        sent_of_late = sum(at >= since for at in self._sent)
        if sent_of_late < _FEWEST:
            return
        accepted = sent_of_late - sum(at >= since for at in self._refused)
        seconds = max(_SHORTEST if self.rate < math.inf else _FIRST_SECONDS, now - since)
        self._share, self._in_vain, self._before = None, 0, self.rate
        self._lower(accepted / seconds, now)
        self._accepted, self._seconds = accepted, seconds

    def _horizon(self) -> float:
        """Seconds of which it is known what was accepted."""
        return min(_MOST_SECONDS, max(_SECONDS, _CALLS / self.rate))

    def _lower(self, accepted: float, now: float) -> None:
        """Go on a little below what was accepted, on trial."""
        self._to(max(_LEAST, min(self.rate, accepted) * _BELOW), now)
        self._since, self._trial, self._trial_sent, self._trial_refused, self._seconds = now, True, 0, 0, 0.0

    def _to(self, rate: float, now: float) -> None:
        self._bucket.change(rate, max(1.0, rate * _ROOM_SECONDS), now)

    def _grow(self, now: float) -> None:
        if self._trial:
            if now - self._since >= _TRIAL_SECONDS and self._trial_sent >= min(_TRIAL_CALLS, 1 + 2 * self.rate):
                self._judge(now)
        elif now - self._grown >= _SECONDS:
            used = self._sent_since >= int(_USED * self.rate * (now - self._grown))
            self._grown, self._sent_since = now, 0
            if self._held and used:
                self._to(self.rate * (1 + self._growth), now)
                self._growth = max(self._slowest, min(self._growth * _FASTER, _MOST_GROWTH))
            self._held = False

    def _judge(self, now: float) -> None:
        share = self._trial_refused / self._trial_sent
        if share <= _BORNE:
            self._settle(now)
            return
        tried = self._trial_sent > _USED * self.rate * (now - self._since)
        self._in_vain += tried and self._share is not None and share > _AS_MANY * self._share
        self._share = share if tried else self._share
        if self._in_vain < 2:
            self._lower(self.rate * (1 - share), now)
            return
        # It was not the rate.
        self._deaf_until, self._deaf_seconds = now + self._deaf_seconds, min(2 * self._deaf_seconds, _MOST_DEAF_SECONDS)
        self._settle(now)
        self._to(math.inf, now)

    def _settle(self, now: float) -> None:
        """The end of a trial: a limit that is met again where it was is less worth looking for."""
        known = abs(self.rate - self._ceiling) < 0.1 * self._ceiling
        if known:
            self._slowest = max(_LEAST_GROWTH, min(_GROWTH, self._slowest / 2))
        else:
            self._slowest = _NEW_GROWTH if self._ceiling else _FIRST_GROWTH
        self._ceiling, self._growth = self.rate, self._slowest
        self._trial, self._held, self._grown, self._sent_since = False, False, now, 0
