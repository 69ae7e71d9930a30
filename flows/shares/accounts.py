"""What shares have asked for, added up as if this process had: all that tells of a run then tells of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flows.shares.exchange import Standing
from tasks.teacher import Teacher


class Accounts:
    """The accounts of the attempts at all shares, in the teacher of the run."""

    def __init__(self, teacher: Teacher) -> None:
        self._teacher = teacher
        self._counted: dict[tuple[str, str, str], dict[str, Any]] = {}

    def add(self, attempt: str, standing: Standing) -> None:
        """Count what the attempt has asked for since it was heard of last."""
        for step, model, taken in standing.parts:
            before = self._counted.get((attempt, step, model), {})
            more = {name: number - before.get(name, 0) for name, number in taken.items()}
            self._teacher.usage.add(step, model, **{name: number for name, number in more.items() if number})
            self._counted[attempt, step, model] = taken
        self._teacher.usage.last_fault = standing.last_fault or self._teacher.usage.last_fault

    def settle(self, now: Collection[Standing]) -> None:
        """Tell of these attempts, which go on."""
        self._teacher.failing = sum(standing.failing for standing in now)
