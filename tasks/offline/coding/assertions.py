"""The offline test writer: true assertions for the functions that it knows by their promise, and nothing for others."""

from __future__ import annotations

from typing import Any

from tasks.offline.coding.functions import promised
from tasks.offline.coding.responder import assertions
from tasks.offline.prompt import Prompt


def tests(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `Tests`: calls with the results that follow from the promise in the task."""
    known = promised(prompt.blocks.get("task", ""))
    if known is None:
        return {"unsuitable": "The task names no call whose result a rule could work out.", "reasoning": "", "code": ""}
    reasoning = "Each result follows from the promise, worked out on usual and on border values."
    return {"unsuitable": "", "reasoning": reasoning, "code": assertions(*known)}
