"""Students by a script, to be served by the simulator: the model's name says in what it is weak."""

from __future__ import annotations

from typing import Any

import tasks.offline
from tests.evaluation.examining import asked_of


def reply(request: dict[str, Any]) -> dict[str, Any]:
    """Right (B) unless the task names what the model's name says that it lacks: `lacks-WORD`, or all of it, `lacks-all`."""
    lacks = request["model"].removeprefix("lacks-")
    wrong = lacks == "all" or f"[{lacks}]" in asked_of(request)
    message = {"role": "assistant", "content": "Answer: A" if wrong else "Answer: B"}
    whole = tasks.offline.reply({**request, "tools": None})
    return {**whole, "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
