"""A call under way, as the limiter knows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Call:
    """A call that was let in."""

    number: int
    among: int
    """Calls under way when it went, itself included."""
    sent: float
    """When it went."""
    waited: float = 0.0
    """Seconds for which it had waited."""
    tokens: float = 0.0
    """What it is thought to take, or known to."""
    tokens_before: float = 0.0
    """What all calls before it took."""
    probe: bool = False
    """Whether it tries an endpoint that is down."""
