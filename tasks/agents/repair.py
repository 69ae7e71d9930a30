"""What fails a program's check goes back to who made it: what they are told, and the turns in which they are told it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import prompts
from tasks.agents.kind import SkillRun
from tasks.records import Json
from tasks.teacher import Answer

Maker = Literal["author", "response"]
AGENT: dict[Maker, str] = {"author": "repair", "response": "repair_response"}


def finding(maker: Maker, reason: str, detail: str) -> str:
    """What a program found, in sentences that one can act on; of the rest of the check they tell nothing."""
    advice = getattr(prompts.repairs(), maker).get(reason, "")
    said = f"{detail or reason.replace('_', ' ')}".strip().rstrip(".")
    return f"{said[:1].upper()}{said[1:]}. {advice}".strip()


def sent_back(answer: Answer, findings: Sequence[str], run: SkillRun) -> list[Json]:
    """The turns after an author's answer that give it back with the findings."""
    return [
        *answer.event.get("tools", ()),
        {"role": "assistant", "content": answer.text},
        told("author", findings, run),
    ]


def told(maker: Maker, findings: Sequence[str], run: SkillRun) -> Json:
    """The turn that says what was found and what is wanted."""
    listed = findings[0] if len(findings) == 1 else "\n".join(f"- {each}" for each in findings)
    return {"role": "user", "content": run.skill.agent(AGENT[maker]).body.format(finding=listed)}


def marked(event: Json, reason: str, detail: str, item: int = 1) -> Json:
    """The event of a call that mends, with what was found by which check, and in which of the answer's items."""
    return {**event, "repair": reason, "found": detail, "item": item}
