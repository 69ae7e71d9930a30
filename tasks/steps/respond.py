"""The teacher answers: a separate call that sees exactly what the student will see, never key, evidence or suggestion."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tasks.agents.conversation import converse
from tasks.agents.reflection import reflected
from tasks.agents.run import Run
from tasks.records import Record, derive
from tasks.steps.step import Items, Step, attempt

NAME = "respond"
RESPONSE_SETTINGS = (
    "respond_temperature",
    "simulate_temperature",
    "system_prompts",
    "strategy_prompts",
    "reflection_rounds",
    "tool_rounds",
    "code_interpreter",
    "web_search",
)
"""What decides how a task is answered, in whichever step."""
RESPONSE_PARTS = ("response", "task_types", "tools")
RESPONSE_AGENTS = ("simulate_tool", "simulate_user", "critique", "revise")


async def respond(record: Record, run: Run) -> Items:
    """One finished conversation for each of the independent responses asked for."""
    samples = range(run.settings.responses_per_instruction)
    results = await asyncio.gather(*(attempt(NAME, record, _one(record, sample, run)) for sample in samples))
    return [item for items in results for item in items]


async def _one(record: Record, sample: int, run: Run) -> Items:
    done = await converse(record, run, step=NAME, sample=sample)
    answered = replace(record, messages=done.messages, lineage=[*record.lineage, *done.events], strategy=done.strategy)
    final = await reflected(answered, run, step=NAME, sample=sample)
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


RESPOND = Step(
    name=NAME,
    work=respond,
    skill_parts=RESPONSE_PARTS,
    agents=RESPONSE_AGENTS,
    settings=("responses_per_instruction", *RESPONSE_SETTINGS),
)
