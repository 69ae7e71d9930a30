"""What an answer that cannot be used leads to: the next attempt."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tasks.records import Json
from tasks.teacher.faults import Fault


def next_attempt(messages: Sequence[Json], reply: Json, fault: Fault, max_tokens: int) -> tuple[list[Json], int]:
    """Messages and length of the next attempt: more room after a cut-off answer, else the answer and what was wrong with it."""
    if fault.reason in ("cut_off", "empty_answer"):
        return list(messages), max_tokens * 2
    said = reply["choices"][0].get("message") or {}
    # Never an empty turn: some endpoints refuse it.
    shown = said.get("content") or json.dumps(said.get("tool_calls") or said.get("function_call"))
    if fault.reason == "unknown_end" or not shown:
        return list(messages), max_tokens
    wrong = (
        f"That answer could not be used: {fault.message}. Give the whole answer again, in exactly the form asked for."
    )
    return [
        *messages,
        {"role": "assistant", "content": str(shown)[:20_000]},
        {"role": "user", "content": wrong},
    ], max_tokens
