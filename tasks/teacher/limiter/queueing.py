"""Whether an endpoint queues what is sent to it, so that more calls under way only wait there.

Latency alone tells nothing: prompts and answers grow longer. So where answers take twice as long as the first ones did, half as
many calls are tried; if answers come in about as fast, the endpoint works at fewer than that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from tasks.teacher.limiter.call import Call

_ALONE, _FIRST = 8, 16
"""Calls with at most so few under way, and how many of them, tell how long an answer takes where it need not queue."""
_SAMPLE, _LARGEST_SAMPLE = 24, 64
"""Answers that are looked at together."""
_SLOW, _TWICE = 1.5, 2.0
"""Times the first answers' latency."""
_AS_FAST, _HALF_AS_FAST, _FASTER = 0.8, 0.65, 1.4
"""Times the speed before: what fewer calls must reach to show that the others were queued, what shows that they were not, and
what shows that an endpoint no longer is what it was."""
_LONGER = 1.3
_QUEUED = 1.5
"""Calls under way for each that is worked at, once a queue was found."""


@dataclass
class _Sample:
    began: float
    count: int = 0
    seconds: float = 0.0
    held: bool = True
    """Whether calls waited for a place all the while."""

    def add(self, seconds: float, held: bool) -> None:
        self.count, self.seconds, self.held = self.count + 1, self.seconds + seconds, self.held and held

    @property
    def latency(self) -> float:
        return self.seconds / self.count

    def speed(self, now: float) -> float:
        return self.count / max(now - self.began, 1e-6)


@dataclass
class _Trial:
    """Fewer calls than before, to see whether that makes it slower."""

    before: int
    """Places that are known to be enough."""
    speed: float
    latency: float
    """As it was with them."""
    places: int
    sample: _Sample | None = None
    """None until there are as few as the trial wants."""


@dataclass
class Queueing:
    """Watches answers and says to how many calls the endpoint should be held."""

    found: bool = False
    slower: bool = False
    """Whether answers take clearly longer than the first ones did."""
    _first: _Sample = field(default_factory=lambda: _Sample(0.0))
    _reference: float = math.inf
    _doubt: float = 0.0
    """Answers a second of the sample before, if they took long."""
    _speed: float = 0.0
    """Answers a second where it queues."""
    _sample: _Sample | None = None
    _trial: _Trial | None = None

    @property
    def trying(self) -> bool:
        """Whether a trial is under way, during which places are not to be changed."""
        return self._trial is not None

    def answered(self, call: Call, now: float, held: bool, limit: int, active: int) -> int | None:
        """The places that there should be from now on, if others than `limit`."""
        seconds = now - call.sent
        if call.among <= _ALONE and self._first.count < _FIRST:
            self._first.add(seconds, True)
            if self._first.count >= min(_ALONE, limit):
                self._reference = self._first.latency
        if self._trial is not None:
            return self._tried(self._trial, seconds, now, held, active)
        sample = self._sample = self._sample or _Sample(now)
        sample.add(seconds, held)
        if sample.count < _wanted(limit):
            return None
        self._sample = _Sample(now)
        return self._looked_at(sample, now, limit)

    def forget(self) -> None:
        """Look anew: something else has changed the number of places."""
        self._sample, self._trial, self._doubt = None, None, 0.0

    def _looked_at(self, sample: _Sample, now: float, limit: int) -> int | None:
        if self._reference == math.inf:
            return None
        self.slower = sample.latency > _SLOW * self._reference
        self.found = self.found and sample.speed(now) < _FASTER * self._speed
        if sample.latency < self._reference:
            self._reference += 0.2 * (sample.latency - self._reference)
        if not sample.held or limit < 2 or sample.latency < _TWICE * self._reference:
            self._doubt = 0.0
            return None
        doubt, self._doubt = self._doubt, sample.speed(now)
        # Twice: while answers grow longer, too few come in.
        return self._try(limit, max(doubt, self._doubt), sample.latency, limit // 2) if doubt else None

    def _try(self, before: int, speed: float, latency: float, places: int) -> int:
        self._trial = _Trial(before, speed, latency, places)
        return places

    def _tried(self, trial: _Trial, seconds: float, now: float, held: bool, active: int) -> int | None:
        if trial.sample is None:
            trial.sample = _Sample(now) if active <= trial.places else None
            return None
        sample = trial.sample
        sample.add(seconds, held)
        speed, few = sample.speed(now), _AS_FAST
        wanted = _wanted(trial.places)
        if sample.count < wanted and now - sample.began < wanted / trial.speed:
            return None
        if _HALF_AS_FAST * trial.speed < speed < _AS_FAST * trial.speed:  # hard to tell
            if sample.count < 3 * wanted:
                return None
            few = (_AS_FAST + _HALF_AS_FAST) / 2
        self._trial, self._sample, self._doubt = None, None, 0.0
        if not sample.held:
            return trial.before
        if speed < few * trial.speed:
            return self._too_few(trial, clearly=speed <= _HALF_AS_FAST * trial.speed)
        self._speed = max(trial.speed, speed)
        fewer = math.ceil(self._speed * self._reference * _QUEUED)
        known, self.found = self.found, True
        if known or fewer > trial.places // 2:
            return None
        return self._try(trial.places, self._speed, sample.latency, fewer)

    def _too_few(self, trial: _Trial, clearly: bool) -> int:
        """Back to more places, of which not all may be needed; halved ones show what an answer takes without a queue."""
        if trial.places < trial.before // 2:
            return 2 * trial.places
        self.slower = False
        if not self.found:
            self._reference = trial.latency
            return trial.before
        self.found = not clearly
        self._reference = trial.latency if clearly else min(trial.latency, _LONGER * self._reference)
        return math.ceil(trial.before * _QUEUED)


def _wanted(places: int) -> int:
    """Answers that tell something, with so many under way."""
    return min(max(_SAMPLE, places // 4), _LARGEST_SAMPLE)
