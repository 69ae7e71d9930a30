"""A reader settles what programs could not decide by value, before anything is rejected for its wording."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tasks.agents.kind import SkillRun
from tasks.agents.review import Settlement
from tasks.checks.check import Doubt, Finding
from tasks.records import Record

SETTLE = "settle"


async def settle(record: Record, doubts: Mapping[str, Doubt], run: SkillRun) -> tuple[dict[str, str], Finding]:
    """Check -> detail of those doubts that stand, and what it took: one call of whoever judges for all of them.

    A question that comes back without an answer counts as a no. With `ask_doubts` off every doubt stands.
    """
    if not run.settings.ask_doubts:
        return {name: doubt.problem for name, doubt in doubts.items()}, Finding()
    answer = await run.ask(
        SETTLE,
        _shown(record, doubts),
        {},
        schema=Settlement,
        temperature=0.0,
        voice=run.reader,
        variables={"questions": "\n".join(f"{n}. {d.question}" for n, d in enumerate(doubts.values(), 1))},
        sample=record.sample,
    )
    found: Settlement = answer.parsed
    right = {settled.number for settled in found.answers if settled.yes}
    stand = {name: doubt.problem for number, (name, doubt) in enumerate(doubts.items(), 1) if number not in right}
    return stand, Finding(quality={"doubts": len(doubts)}, events=[answer.event])


def _shown(record: Record, doubts: Mapping[str, Doubt]) -> dict[str, str]:
    """The conversation, or the instruction where there is none yet, and what each question is about."""
    shown = [{k: v for k, v in message.items() if v} for message in record.messages]
    blocks = {"conversation": json.dumps(shown, ensure_ascii=False, indent=1)} if shown else {}
    if not shown:
        blocks = {"passage": record.passage} if record.passage else {}
        blocks["instruction"] = record.instruction
    for number, doubt in enumerate(doubts.values(), 1):
        blocks |= {f"question {number}: {name}": text for name, text in doubt.shown.items()}
    return blocks
