"""Whether calls fail because too many are under way."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.teacher.limiter.call import Call

_CALLS, _MOST_CALLS, _OVER = 32, 128, 0.9
"""Calls in a row that are looked at together, and which share of them must be over: failures come sooner than answers."""
_FAILED, _SHARE = 3, 0.2
"""How many of them fail, and which share, where something is wrong."""
_FEWER, _MORE = 0.6, 1.4
"""Times the share before: what fewer places must come to, and what would be worse than was borne."""
_LEAST = 0.1
"""Of the places."""


@dataclass
class Breakdown:
    """Watches failures, such as 5xx and timeouts, and says how many calls the endpoint should be held to.

    It falls to the share that did not fail. Where that mends little the failures have another cause and are borne.
    """

    _since: int = 0
    """The first call that tells of the places as they are."""
    _calls: int = 0
    _failed: int = 0
    _before: int = 0
    """Places before the first fall of several; 0 if none is to be judged."""
    _share: float = 0.0
    """Of the calls before the last fall, those that failed."""
    _borne: float = 0.0

    def over(self, call: Call, failed: bool, limit: int, following: int) -> int | None:
        """The places that there should be now that this call is over, if others than `limit`; the next call is `following`."""
        wanted = min(max(_CALLS, limit), _MOST_CALLS)
        if not self._since <= call.number < self._since + wanted:
            return None
        self._calls += 1
        self._failed += failed
        if self._calls < _OVER * wanted:
            return None
        share, failed_calls = self._failed / self._calls, self._failed
        self._since, self._calls, self._failed = following, 0, 0
        if failed_calls < _FAILED or share <= max(_SHARE, _MORE * self._borne):
            self._before, self._share, self._borne = 0, 0.0, 0.9 * self._borne
            return None
        if self._before and share > _FEWER * self._share:
            before, self._before, self._borne = self._before, 0, self._share
            return before
        self._before, self._share = self._before or limit, share
        return max(1, int(limit * max(_LEAST, 1 - share)))
