"""What a program adds to a draft before it is checked: a key that a solver finds, sources that a search brings ..."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tasks.records import Record
from tasks.run import Run


async def finish(record: Record, run: Run) -> Record:
    """The drafted record with what its kind of draft gets from a program; unchanged where that is nothing."""
    work = FINISH.get(run.skill.draft)
    return record if work is None else await work(record, run)


FINISH: dict[str, Callable[[Record, Run], Awaitable[Record]]] = {}
"""Name in `draft:` of a skill.yaml -> the work; it returns an `identified` record or raises Rejected."""
