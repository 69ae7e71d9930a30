"""A judge that answers by a rule, for tests: an item and a task with the same numbers ask the same."""

from __future__ import annotations

import json
import re

from tasks.offline import Prompt
from tasks.offline.prompt import read
from tasks.records import Json

GARBLED = "garbled"
"""A task with this word is answered with what is no verdict."""


def reply(request: Json) -> Json:
    """The completion; to what is no pair, a plain sentence."""
    prompt = read(request, {"Recognition"})
    said = json.dumps(verdict(prompt)) if prompt.contract else "Paris."
    said = "no verdict" if GARBLED in prompt.blocks.get("task", "") else said
    message = {"role": "assistant", "content": said}
    usage = {"prompt_tokens": 500, "completion_tokens": 50, "total_tokens": 550}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {"id": "j", "object": "chat.completion", "created": 0, "model": "judge", "choices": [choice], "usage": usage}


def verdict(prompt: Prompt) -> Json:
    """What it holds of the pair that the prompt shows."""
    item, task = (re.findall(r"\d+", prompt.blocks[name]) for name in ("item", "task"))
    held = "same_question" if sorted(item) == sorted(task) else "only_alike"
    return {"wanted": "A number.", "difference": "By its numbers.", "verdict": held}
