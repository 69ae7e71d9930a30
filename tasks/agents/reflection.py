"""Reflection: a critic reads a response against its task, and its author goes over it once more."""

from __future__ import annotations

import json
from dataclasses import replace

from tasks.agents.kind import SkillRun
from tasks.agents.review import Critique
from tasks.records import Json, Record

BEFORE_REFLECTION = "before_reflection"
"""Why a version was given up that a critic found fault with."""


async def reflected(record: Record, run: SkillRun, *, sample: int) -> Record:
    """The record with a revised last message where the critic wanted one; the earlier version is among its alternatives."""
    for _ in range(run.settings.reflection_rounds):
        shown = {"conversation": json.dumps(record.messages, ensure_ascii=False, indent=1)}
        temperature = run.temperature("respond", run.settings.respond_temperature)
        answer = await run.ask("critique", shown, {}, schema=Critique, temperature=temperature, sample=sample)
        found: Critique = answer.parsed
        lineage: list[Json] = [*record.lineage, answer.event]
        if not (found.revise and found.problems):
            return replace(record, lineage=lineage)
        notes = "\n".join(f"- {problem}" for problem in found.problems)
        answer = await run.ask("revise", shown, {}, directions={"notes": notes}, temperature=temperature, sample=sample)
        last = {**record.messages[-1], "content": answer.text}
        record = replace(
            record,
            messages=[*record.messages[:-1], last],
            alternatives=[*record.alternatives, _earlier(record, found)],
            lineage=[*lineage, answer.event],
        )
    return record


def _earlier(record: Record, found: Critique) -> Json:
    """The version that was revised, as an alternative; what is wrong with it is the critic's word alone so far."""
    return {"messages": record.messages, "why": BEFORE_REFLECTION, "critique": found.problems, "repaired": True}
