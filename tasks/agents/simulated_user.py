"""The user who goes on talking, played by an agent."""

from __future__ import annotations

import json

from pydantic import Field

from prompts import knobs
from tasks.agents.kind import SkillRun
from tasks.records import Json, Record, rng
from tasks.teacher.contract import Contract


class UserTurn(Contract):
    """The simulated user's next message."""

    done: bool = Field(
        default=False, description="true if the user has what they came for or gives up; then message is empty"
    )
    message: str = ""


async def next_turn(
    record: Record, messages: list[Json], run: SkillRun, *, sample: int, events: list[Json]
) -> str | None:
    """The simulated user's next message while they still want something; None when the conversation is over."""
    ask = run.kind.environment.wish if run.skill.response.turns == "conversation" else None
    wish = ask(record, messages) if ask else None
    if wish is None:
        return None
    if "say" in wish:  # what they go on to ask was written with the task
        return wish["say"]
    said = "\n".join(
        f"{m['role']}: {m['content']}" for m in messages if m["role"] in ("user", "assistant") and m["content"]
    )
    values = {"persona": rng(run.seed, "user", record.id).choice(knobs().simulate_user["persona"])}
    if "move" in wish:  # how somebody writes stays; how much they write differs from turn to turn
        bound = json.loads(wish["move"]).keys() - {"move", "closes"}
        lengths = knobs().simulate_user["length_with_content" if bound else "message_length"]
        values["message_length"] = rng(run.seed, "user", record.id, len(messages)).choice(lengths)
    answer = await run.ask(
        "simulate_user",
        {"conversation": said},
        values,
        directions=wish,
        schema=UserTurn,
        temperature=run.temperature("simulate", run.settings.simulate_temperature),
        sample=sample,
    )
    events.append(answer.event)
    turn: UserTurn = answer.parsed
    return None if turn.done or not turn.message.strip() else turn.message.strip()
