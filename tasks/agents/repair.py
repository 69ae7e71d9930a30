"""What fails a program's check goes back to who made it: what they are told, and the turns in which they are told it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

import prompts
from tasks.agents.kind import SkillRun
from tasks.records import Json, Rejected
from tasks.teacher import Answer

Maker = Literal["author", "response"]
Problem = tuple[str, str]
"""The check, or the reason of a reject, and its detail."""
AGENT: dict[Maker, str] = {"author": "repair", "response": "repair_response"}


def finding(maker: Maker, reason: str, detail: str, shown: str = "") -> str:
    """What a program found, in sentences that one can act on, and `shown`, where; of the rest of the check they tell nothing."""
    advice = getattr(prompts.repairs(), maker).get(reason, "")
    said = f"{detail or reason.replace('_', ' ')}".strip().rstrip(".") + (f" ({shown})" if shown else "")
    return f"{said[:1].upper()}{said[1:]}. {advice}".strip()


def sent_back(answer: Answer, findings: Sequence[str], run: SkillRun) -> list[Json]:
    """The turns after an author's answer that give it back with the findings."""
    return [
        *answer.event.get("tools", ()),
        {"role": "assistant", "content": answer.text},
        told("author", findings, run),
    ]


async def sound(
    ask: Callable[[Sequence[Json]], Awaitable[Answer]],
    problem: Callable[[Answer], Awaitable[Problem | None]],
    run: SkillRun,
) -> tuple[Answer, list[Json]]:
    """An answer in which `problem` finds nothing, and the events of all that it took; it is given back as often as it may be.

    `ask` gets the turns so far. Raises Rejected with what was found last.
    """
    answer, turns = await ask([]), list[Json]()
    events = [answer.event]
    for left in reversed(range(run.settings.repairs + 1)):
        found = await problem(answer)
        if found is None:
            return answer, events
        if left:
            turns += sent_back(answer, [finding("author", *found)], run)
            try:
                answer = await ask(turns)
            except Rejected as why:
                raise Rejected(*found, [*events, *(marked(event, *found) for event in why.events)]) from None
            events.append(marked(answer.event, *found))
    assert found is not None
    raise Rejected(*found, events)


def told(maker: Maker, findings: Sequence[str], run: SkillRun) -> Json:
    """The turn that says what was found and what is wanted."""
    listed = findings[0] if len(findings) == 1 else "\n".join(f"- {each}" for each in findings)
    return {"role": "user", "content": run.skill.agent(AGENT[maker]).body.format(finding=listed)}


def marked(event: Json, reason: str, detail: str, item: int = 1) -> Json:
    """The event of a call that mends, with what was found by which check, and in which of the answer's items."""
    return {**event, "repair": reason, "found": detail, "item": item}
