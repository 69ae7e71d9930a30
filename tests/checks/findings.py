"""What a check found, in whatever form it gives it."""

from __future__ import annotations

from tasks.checks.check import Doubt, Finding


def detail(found: str | Finding | Doubt | None) -> str:
    """What the record is, or on a no would be, rejected for; empty if it passes."""
    return "" if found is None else found if isinstance(found, str) else found.problem
