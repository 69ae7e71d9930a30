"""Whom the reject of a response blames: the response, or the task, which no other response to it makes any better."""

from __future__ import annotations

from tasks.agents.judge import JUDGE, unmet
from tasks.agents.kind import SkillRun
from tasks.kinds import checks_of
from tasks.records import Record

AMBIGUOUS, BAD_KEY = "ambiguous", "bad_key"
"""Reasons for which a task falls out that has several solutions: they differ among themselves, or the key from them all."""


def blames_task(record: Record, reason: str, run: SkillRun) -> bool:
    """Whether that for which a response fell out is the task's fault, or the simulated user's, and not its own.

    A check says so of itself (`of_task`); the judge does where all that it finds unmet are criteria of the instruction.
    """
    if reason == JUDGE:
        found = unmet(record, run)
        return bool(found) and not any(each.of_response for each in found)
    check = checks_of(run.kind).get(reason)
    return check.of_task if check else reason in (AMBIGUOUS, BAD_KEY)
