"""What a limiter can say of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
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


def together(traffics: Iterable[Traffic]) -> Traffic:
    """Several processes' traffic to one endpoint as one; why calls are held is said by the first that holds some."""
    each = list(traffics)
    first = next((traffic for traffic in each if traffic.held), each[0])
    rates = [traffic.rate for traffic in each if traffic.rate is not None]
    return Traffic(
        active=sum(traffic.active for traffic in each),
        limit=sum(traffic.limit for traffic in each),
        most=sum(traffic.most for traffic in each),
        waiting=sum((Counter(traffic.waiting) for traffic in each), Counter[str]()),
        held=first.held,
        rate=sum(rates) if rates else None,
        queues=any(traffic.queues for traffic in each),
        paused=max(traffic.paused for traffic in each),
        down=max(traffic.down for traffic in each),
        left=max(traffic.left for traffic in each),
        why=first.why,
        oldest=max(traffic.oldest for traffic in each),
    )
