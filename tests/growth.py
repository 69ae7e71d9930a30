"""How work grows with the length of a text: for twice the text twice the time if it is linear, four times if quadratic."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

LIMIT = 3.0
"""Between the twofold of what is linear and the fourfold of what is quadratic."""
LEAST = 0.003
"""Seconds of processor time below which a machine's own noise is larger than what is measured."""
ENOUGH = 0.2
"""Seconds of processor time beyond which a longer text tells no more."""
TRIES = 16
_PART = 16


@dataclass(frozen=True)
class Repeated:
    """A hostile text: one unit many times over, with what stands before and behind."""

    unit: str
    times: int
    before: str = ""
    after: str = ""

    def text(self, factor: int = 1, more: int = 0) -> str:
        """The text with its unit so many times as often, and `more` times."""
        return f"{self.before}{self.unit * (factor * self.times + more)}{self.after}"

    def __str__(self) -> str:
        return f"{self.before}{self.unit!r} x {self.times}{self.after}"


def growth(work: Callable[[str], object], hostile: Repeated) -> float:
    """How many times as long the work takes on twice the text: the best of several tries, each on a text that is new."""
    hostile = _long_enough(work, hostile)
    once = twice = math.inf
    for attempt in range(TRIES):
        twice = min(twice, _seconds(work, hostile.text(2, attempt)))
        if twice < LEAST:
            return 1.0
        once = min(once, _seconds(work, hostile.text(1, attempt)))
        # The first try also makes what is made but once, and noise tells in what is short.
        if (attempt or once > ENOUGH / 4) and twice < LIMIT * once:
            break
    return twice / once


def _long_enough(work: Callable[[str], object], hostile: Repeated) -> Repeated:
    """The text, or so much of it as takes long enough for its growth to show."""
    part = replace(hostile, times=hostile.times // _PART)
    spent = min(_seconds(work, part.text(more=attempt)) for attempt in range(2))
    return replace(hostile, times=part.times * max(1, int(ENOUGH / spent))) if spent * _PART > ENOUGH else hostile


def _seconds(work: Callable[[str], object], text: str) -> float:
    gc.disable()
    try:
        began = time.thread_time()
        work(text)
        return time.thread_time() - began
    finally:
        gc.enable()
