"""Whether a judge can be trusted: it scores answers that belong to other tasks, and a judge who reads gives them next to nothing.

A small model may give 10 to whatever stands before it; its figures look like those of a good judge.
"""

from __future__ import annotations

from collections.abc import Sequence

from tasks.evaluation.asking import all_of
from tasks.evaluation.case import Case, case_of
from tasks.evaluation.deciding import decided
from tasks.evaluation.judging import judged, spoken
from tasks.records import Json, rng
from tasks.teacher import Teacher

STRANGERS = 8
"""Answers to other tasks that a judge is shown."""
_FOOLED = 5.0
"""Points from which on an answer counts as right in the main."""
_DOUBTFUL = 0.25
"""The share of them from which on a judge is not to be trusted; a single one may fit by chance."""


async def trust(rows: Sequence[Json], teacher: Teacher, seed: int) -> Json:
    """How many answers to other tasks the judge was shown and to how many it gave five points or more; nothing without a judge,
    or without two tasks. The same rows and seed make the same calls, which the ledger then has."""
    if (judge := teacher.judge) is None:
        return {}
    cases = [case for row in rows if (case := case_of(row)) is not None]
    pairs = await strangers(cases, seed)
    found = await all_of(judged(case, answer, teacher, judge, seed, 0.0) for case, answer in pairs)
    scores = [each.score for each in found if each.score is not None]
    if not scores:
        return {}
    fooled = sum(score >= _FOOLED for score in scores)
    return {"shown": len(scores), "fooled": fooled, "doubtful": fooled >= max(2, _DOUBTFUL * len(scores))}


async def strangers(cases: Sequence[Case], seed: int) -> list[tuple[Case, Json]]:
    """Tasks, each with the reference of another one, of another skill where there is one; none that is right by chance."""
    drawn = rng(seed, "strangers").sample(list(cases), len(cases))
    found = list[tuple[Case, Json]]()
    for place, case in enumerate(drawn):
        others = [*drawn[place + 1 :], *drawn[:place]]
        others.sort(key=lambda other: other.record.skill == case.record.skill)
        for other in others[:STRANGERS]:
            same = spoken(other.reference) == spoken(case.reference) or other.document == case.document
            if not same and await decided(case, other.reference) is not True:
                found.append((case, other.reference))
                break
        if len(found) == STRANGERS:
            break
    return found
