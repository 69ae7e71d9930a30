"""Whether a task is solved by luck: by a solver who does not see what it is about."""

from __future__ import annotations

from dataclasses import replace

from tasks.agents.conversation import converse
from tasks.agents.kind import SkillRun
from tasks.answers import agreement
from tasks.checks.check import Finding
from tasks.records import Json, Record, Rejected

GUESS = 3000
"""Added to a response's sample number for the guess, so that it is a call of its own."""


async def guess(record: Record, run: SkillRun) -> Finding:
    """Solves a multiple-choice task without its passage; one whose answer can be guessed so teaches no reading."""
    if not run.settings.guess_test:
        return Finding(skipped="switched off")
    if not (record.options and record.passage and record.answerable and agreement(record) is not None):
        return Finding(skipped="no choice about a passage")
    blind = replace(
        record, passage="(The text is not shown. Choose the most likely answer all the same.)", id=f"{record.id}-"
    )
    right, events = await _solved(blind, run, record.sample + GUESS)
    return Finding(problem="solved without the passage" if right else "", events=events)


async def _solved(record: Record, run: SkillRun, sample: int) -> tuple[bool, list[Json]]:
    """Whether one more solution agrees with the key; one that never comes does not."""
    try:
        done = await converse(replace(record, messages=[]), run, sample=sample)
    except Rejected as why:
        return False, why.events
    return agreement(replace(record, messages=done.messages)) is True, done.events
