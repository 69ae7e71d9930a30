"""Who else speaks when functions are called: an agent that plays them, and the user who has not told everything yet."""

from __future__ import annotations

import json
import re
from typing import Any

from tasks.agents.kind import SkillRun
from tasks.kinds.tools.contract import ToolResult
from tasks.kinds.tools.state import agreed, named, state_of
from tasks.kinds.tools.trace import as_json, made, only_reads
from tasks.records import Json, Record, Rejected, rng

LAST = ("ok",) * 17 + ("empty", "error", "busy")
EARLIER = ("ok",) * 37 + ("busy",) * 2 + ("error",)
"""What played functions answer: most of what fails in the middle works when it is tried again, or nothing could follow."""
_LEFT_OPEN = re.compile(
    r"\b(?:any|whether|if|in case|unless|how many|(?:is|are|was|were) there|(?:is|are|do|does|did|has|have|can) (?:i|we|it|they"
    r"|the|my|our|this|that|somebody|anyone)|maybe|perhaps|possibly|not sure|may have|might)\b",
    re.I,
)
"""Words with which somebody leaves open whether there is something to be found."""


async def tool_result(
    record: Record, call: Json, messages: list[Json], run: SkillRun, sample: int, events: list[Json]
) -> str:
    """What a function of the task answers, as JSON text; Rejected if it is not on offer. `call` is the newest of `messages`."""
    name = call["function"]["name"]
    if name not in {tool["function"]["name"] for tool in record.tools}:
        raise Rejected("tool_calls", f"the function '{name[:80]}' is not on offer", events)
    calls = made(messages)
    answered = [c for c in calls if c.result is not None]
    things = state_of(answered)
    status = _status(record, call, messages, things, run)
    blocks = {
        "request": "\n".join(str(m["content"]) for m in messages if m["role"] == "user"),
        "functions": json.dumps([tool["function"] for tool in record.tools], ensure_ascii=False),
        "state": json.dumps(things, ensure_ascii=False),
        "history": json.dumps(
            [{"name": c.name, "arguments": c.arguments, "result": c.result} for c in answered], ensure_ascii=False
        ),
        "call": json.dumps(call["function"], ensure_ascii=False),
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
    result = _object(answer.parsed.result)
    # A thing that was made or shown before is as it was, whatever the agent remembers of it.
    return json.dumps(agreed(result, things) if only_reads(name) else result, ensure_ascii=False)


def _status(record: Record, call: Json, messages: list[Json], things: list[Json], run: SkillRun) -> str:
    """What comes of the call, drawn: a call that is made again succeeds, and what is known, or spoken of as a fact, is found."""
    function = call["function"]
    arguments = as_json(function["arguments"])
    before = made(messages)
    tried = any(c.failed for c in before if c.name == function["name"] and c.arguments == arguments)
    statuses = LAST if sum(not c.failed for c in before) >= len(record.calls) else EARLIER
    status = "ok" if tried else str(rng(run.seed, "tool", record.id, call["id"]).choice(statuses))
    known = isinstance(arguments, dict) and any({str(v) for v in arguments.values()} & named(t) for t in things)
    asked = " ".join(str(message["content"]) for message in messages if message["role"] == "user")
    return "ok" if status == "empty" and (known or not _LEFT_OPEN.search(asked)) else status


def _object(text: str) -> Json:
    """A tool's result as an object; what is no JSON becomes a field of one."""
    value: Any = as_json(text)
    return value if isinstance(value, dict) else {"result": value}


def withheld(record: Record, messages: list[Json]) -> dict[str, str] | None:
    """What the person wants: values that their request left out, or what they ask for next once it is served."""
    if later := str(record.formal.get("later") or ""):
        asked = sum(m["role"] == "user" for m in messages)
        return {"say": later} if asked == 1 and made(messages) else None
    calls = sum(not c.failed for c in made(messages))
    if not (record.missing and record.answerable) or calls >= len(record.calls):
        return None
    known = {name: value for call in record.calls for name, value in call["arguments"].items()}
    goal = {"wants": record.instruction, "knows": {k: v for k, v in known.items() if k in record.missing}}
    return {"goal": json.dumps(goal, ensure_ascii=False)}
