"""The teacher answers: a separate call that sees exactly what the student will see, never key, evidence or suggestion."""

from __future__ import annotations

import asyncio

from tasks.conversation import converse
from tasks.records import Record, derive
from tasks.run import Run
from tasks.step import Items, Step, attempt

NAME = "respond"


async def respond(record: Record, run: Run) -> Items:
    """One finished conversation for each of the independent responses asked for."""
    samples = range(run.settings.responses_per_instruction)
    results = await asyncio.gather(*(attempt(NAME, record, _one(record, sample, run)) for sample in samples))
    return [item for items in results for item in items]


async def _one(record: Record, sample: int, run: Run) -> Items:
    messages, events = await converse(record, run, step=NAME, sample=sample)
    return [derive(record, *events, messages=messages, sample=sample)]


RESPOND = Step(
    name=NAME,
    work=respond,
    skill_parts=("response",),
    agents=("simulate_tool", "simulate_user"),
    settings=("responses_per_instruction", "respond_temperature", "simulate_temperature", "system_prompts"),
)
