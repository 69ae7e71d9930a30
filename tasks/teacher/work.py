"""Whose call it is: the step that has it made, and whether the endpoint let the record down that it is made for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

GREETING = "greeting"
"""The name under which calls count that no step makes."""


@dataclass
class Work:
    """What a step does to one record."""

    step: str
    let_down: bool = False
    """Whether the endpoint failed on a call of it for a while, so that the same work may come to another end later."""


_CURRENT: ContextVar[Work | None] = ContextVar("work", default=None)


@contextmanager
def working(step: str) -> Iterator[Work]:
    """All calls made within the block, and by what it starts, are of this work."""
    work = Work(step)
    token = _CURRENT.set(work)
    try:
        yield work
    finally:
        _CURRENT.reset(token)


def step_of_call() -> str:
    """The step that makes the call under way."""
    work = _CURRENT.get()
    return work.step if work else GREETING


def let_down() -> None:
    """Note that the endpoint failed on the call under way, whatever the step makes of that."""
    if work := _CURRENT.get():
        work.let_down = True
