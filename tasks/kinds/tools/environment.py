"""Who else speaks when functions are called: an agent that plays them, and the user who has not told everything yet."""

from __future__ import annotations

import json
from typing import Any

from tasks.agents.kind import SkillRun
from tasks.kinds.tools.contract import ToolResult
from tasks.records import Json, Record, Rejected, rng

TOOL_STATUS = ("ok",) * 18 + ("empty", "error")
"""What simulated tools answer: one call in twenty finds nothing, one fails."""


async def tool_result(
    record: Record, call: Json, messages: list[Json], run: SkillRun, sample: int, events: list[Json]
) -> str:
    """What a function of the task answers, as JSON text; Rejected if it is not on offer. `call` is the newest of `messages`."""
    name = call["function"]["name"]
    function = next((tool["function"] for tool in record.tools if tool["function"]["name"] == name), None)
    if function is None:
        raise Rejected("tool_calls", f"the function '{name[:80]}' is not on offer", events)
    made = sum(len(m.get("tool_calls", ())) for m in messages)
    last = made >= len(record.calls)  # a failure earlier would cut off the calls that build on it
    status = rng(run.seed, "tool", record.id, call["id"]).choice(TOOL_STATUS) if last else "ok"
    blocks = {
        "function": json.dumps(function),
        "call": json.dumps(call["function"]),
        "history": json.dumps(_history(messages)),
    }
    answer = await run.ask(
        "simulate_tool",
        blocks,
        {"status": status},
        schema=ToolResult,
        temperature=run.temperature("simulate", run.settings.simulate_temperature),
        sample=sample,
    )
    events.append(answer.event)
    return _object(answer.parsed.result)


def _history(messages: list[Json]) -> list[Json]:
    """Calls and results so far, oldest first."""
    results = {m["tool_call_id"]: m["content"] for m in messages if m["role"] == "tool"}
    calls = [call for m in messages for call in m.get("tool_calls", ())]
    return [{**call["function"], "result": results[call["id"]]} for call in calls if call["id"] in results]


def _object(text: str) -> str:
    """A tool's result as JSON text; what is not JSON becomes a field of an object."""
    try:
        value: Any = json.loads(text)
    except ValueError:
        value = {"result": text}
    return json.dumps(value if isinstance(value, dict) else {"result": value}, ensure_ascii=False)


def withheld(record: Record, messages: list[Json]) -> dict[str, str] | None:
    """What the person wants, with the values that their request left out."""
    made = sum(len(m.get("tool_calls", ())) for m in messages)
    if not (record.missing and record.answerable) or made >= len(record.calls):
        return None
    known = {name: value for call in record.calls for name, value in call["arguments"].items()}
    goal = {"wants": record.instruction, "knows": {k: v for k, v in known.items() if k in record.missing}}
    return {"goal": json.dumps(goal, ensure_ascii=False)}
