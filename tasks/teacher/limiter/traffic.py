"""What a limiter can say of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Held = Literal["", "places", "rate", "rpm", "tpm", "told", "asked", "down"]
"""Why no more calls go: all places are taken, the rate learnt or stated, what the endpoint said is left, a wait that it asked
for, or that it is down; empty where nothing holds them."""


@dataclass(frozen=True)
class Traffic:
    """Who is in and who waits, at one moment."""

    active: int
    limit: int
    """Calls that may be under way at once, as things are."""
    most: int
    """The most that there may ever be."""
    waiting: Mapping[str, int]
    """Calls that wait to be let in, by step."""
    held: Held
    """Why they are not let in."""
    rate: float | None
    """Calls a second that the endpoint takes, where it refused more."""
    queues: bool
    """Whether the endpoint was found to queue what goes beyond the limit."""
    paused: float
    """Seconds for which nobody is let in, because the endpoint asked for that."""
    down: float
    """Seconds for which it has been down; 0 if it is not."""
    left: float
    """Seconds until a call may go; until it is given up where it is down."""
    why: str
    """The fault that made it pause or showed it down, in one word."""
    oldest: float
    """Seconds for which the oldest call under way has run."""
