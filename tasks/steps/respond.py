"""The teacher answers: a separate call that sees exactly what the student will see, never key, evidence or suggestion."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tasks.agents.conversation import converse
from tasks.agents.kind import SkillRun
from tasks.agents.reflection import reflected
from tasks.records import Record, derive
from tasks.steps.step import Items, Step, attempt


async def respond(record: Record, run: SkillRun) -> Items:
    """One finished conversation for each of the independent responses asked for."""
    samples = range(run.settings.responses_per_instruction)
    results = await asyncio.gather(*(attempt(run.step, record, _one(record, sample, run)) for sample in samples))
    return [item for items in results for item in items]


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
RESPOND = Step(name="respond", work=respond, of_kind=("show", "environment"), agents=RESPONDING)
