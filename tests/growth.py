"""How work grows with the length of a text: for four times the text four times the time if linear, sixteen if quadratic."""

from __future__ import annotations

import gc
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

LONGER = 4
LIMIT = 8.0
"""Twice what is linear and half of what is quadratic: further from both than a busy machine can take either."""
LEAST = 0.003
"""Seconds of processor time below which a machine's own noise is larger than what is measured."""
ENOUGH = 0.05
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

    def text(self, factor: int = 1) -> str:
        """The text with its unit so many times as often."""
        return f"{self.before}{self.unit * (factor * self.times)}{self.after}"

    def __str__(self) -> str:
        return f"{self.before}{self.unit!r} x {self.times}{self.after}"


def growth(work: Callable[[str], object], hostile: Repeated) -> float:
    """How many times as long the work takes on so much more text: the best of several tries, each with nothing remembered."""
    hostile = _long_enough(work, hostile)
    once = longer = math.inf
    for attempt in range(TRIES):
        longer = min(longer, _seconds(work, hostile.text(LONGER)))
        if longer < LEAST:
            return 1.0
        once = min(once, _seconds(work, hostile.text()))
        # The first try also makes what is made but once, and noise tells in what is short.
        if (attempt or once > ENOUGH / 4) and longer < LIMIT * once:
            break
    return longer / once


def _long_enough(work: Callable[[str], object], hostile: Repeated) -> Repeated:
    """The text, or so much of it as takes long enough for its growth to show."""
    part = replace(hostile, times=hostile.times // _PART)
    spent = min(_seconds(work, part.text()) for _ in range(2))
    return replace(hostile, times=part.times * max(1, int(ENOUGH / spent))) if spent * _PART > ENOUGH else hostile


def _seconds(work: Callable[[str], object], text: str) -> float:
    _forget()
    gc.disable()
    try:
        began = time.thread_time()
        work(text)
        return time.thread_time() - began
    finally:
        gc.enable()


def _forget() -> None:
    """Empty every bounded cache of the product: these hold what was found in texts, the unbounded ones what is loaded once."""
    for remembered in _caches(len(sys.modules)):
        remembered.cache_clear()


@cache
def _caches(_modules: int) -> list[Any]:
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("tasks.")]
    found = [value for module in modules for value in vars(module).values() if hasattr(value, "cache_parameters")]
    return [value for value in found if value.cache_parameters()["maxsize"] is not None]
