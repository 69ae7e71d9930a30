"""The teacher answers: a separate call that sees exactly what the student will see, never key, evidence or suggestion."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tasks.agents.conversation import converse
from tasks.agents.kind import SkillRun
from tasks.agents.reflection import reflected
from tasks.records import Record, derive
from tasks.steps.again import made_again
from tasks.steps.step import Items, Step, attempt


async def respond(record: Record, run: SkillRun) -> Items:
    """One finished conversation for each of the independent responses asked for, and for each that a mark asks for besides."""
    usual, further = run.settings.responses_per_instruction, run.marks.answers_again.get(record.id, 0)
    samples = range(usual + further)
    results = await asyncio.gather(*(attempt(run.step, record, _one(record, sample, run)) for sample in samples))
    again = (made_again(items, run.step, number) for number, items in enumerate(results[usual:], 1))
    return [item for items in (*results[:usual], *again) for item in items]


async def _one(record: Record, sample: int, run: SkillRun) -> Items:
    done = await converse(record, run, sample=sample)
    answered = replace(record, messages=done.messages, lineage=[*record.lineage, *done.events], strategy=done.strategy)
    final = await reflected(answered, run, sample=sample)
    return [
        derive(
            record,
            messages=final.messages,
            lineage=final.lineage,
            alternatives=final.alternatives,
            strategy=final.strategy,
            sample=sample,
        )
    ]


RESPONDING = ("simulate_user", "critique", "revise")
"""The agents that may take part in a response, beside those of the kind."""
RESPOND = Step(name="respond", work=respond, of_kind=("show", "environment"), agents=RESPONDING, heeds="answers")
