"""What a program adds to a task on a page: whether there is anything to be done."""

from __future__ import annotations

from dataclasses import replace

from tasks.agents.kind import SkillRun
from tasks.records import Record, identified


async def tell_ending(record: Record, run: SkillRun) -> Record:
    """What the goal says of it: a wish that ends in giving up has no answer."""
    return identified(replace(record, answerable=record.formal.get("end") != "give_up"))
