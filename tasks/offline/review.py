"""The offline critic, judges and reader of doubts: they cannot judge, and say what a rule can stand behind."""

from __future__ import annotations

import re
from typing import Any

from tasks.offline.prompt import Prompt

_CRITERION = re.compile(r"^- (\w+):", re.M)
_QUESTION = re.compile(r"^(\d+)\. ", re.M)


def critique(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `Critique`: the answer stays as it is."""
    return {"problems": [], "revise": False}


def judgement(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `Judgement`: every criterion counts as met; no program stands behind it."""
    verdicts = [
        {"criterion": name, "finding": "Nothing that a rule could see speaks against it.", "met": True}
        for name in _CRITERION.findall(prompt.system)
    ]
    return {"verdicts": verdicts, "score": 8}


def recognition(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `Recognition`: no rule can tell whether other words ask the same."""
    return {"wanted": "No rule tells.", "difference": "No rule finds it.", "verdict": "unclear"}


def settlement(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `Settlement`: no rule can tell that other words mean the same, so every doubt stands."""
    numbers = [int(number) for number in _QUESTION.findall(prompt.system)]
    return {"answers": [{"number": n, "reasoning": "No rule settles it.", "yes": False} for n in numbers]}
