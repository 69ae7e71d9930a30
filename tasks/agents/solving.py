"""Independent solutions: whether solvers who see what the student sees come to the row's answer, and by more than luck.

A task that every solver gets right may be too easy, one that none gets right is ill-posed, one that splits them ambiguous
(self-consistency after Wang et al., 2023).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tasks.agents.conversation import converse
from tasks.agents.kind import SkillRun
from tasks.answers import agreement
from tasks.checks.check import Finding
from tasks.records import Json, Record, Rejected

_FIRST = 2000
"""Added to a response's sample number for the solutions, so that they are new calls."""
GUESS = 3000
EASY = 3
"""Solutions that must all be right before a task counts as too easy."""


async def solves(record: Record, run: SkillRun) -> Finding:
    """`solves` further solutions; rejects ill-posed, ambiguous and, by setting, too easy tasks."""
    count = run.settings.solves
    if not count:
        return Finding(skipped="switched off")
    if not record.answerable or agreement(record) is None:
        return Finding(skipped="no answer that a program can compare")
    numbers = range(record.sample + _FIRST, record.sample + _FIRST + count)
    found = await asyncio.gather(*(_solved(record, run, number) for number in numbers))
    right = [agrees for agrees, _ in found]
    share = sum(right) / count
    quality: Json = {"agreement": round(share, 3)}
    events = [event for _, taken in found for event in taken]
    problem = ""
    if not any(right):
        problem = f"ill-posed: none of {count} independent solutions comes to the answer"
    elif share < run.settings.agreement_least:
        problem = f"ambiguous: {sum(right)} of {count} independent solutions come to the answer"
    elif run.settings.drop_too_easy and count >= EASY and all(right):
        problem = f"too easy: all of {count} independent solutions come to the answer"
    return Finding(problem=problem, decides=not problem, quality=quality, events=events)


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
