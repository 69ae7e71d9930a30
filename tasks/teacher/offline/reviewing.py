"""The offline critic, judge and test writer: they cannot judge, and say what lets the pipeline go on."""

from __future__ import annotations

import re
from typing import Any

from tasks.teacher.offline.reading import Prompt

_CRITERION = re.compile(r"^- (\w+):", re.M)


def critique(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `contracts.Critique`: the answer stays as it is."""
    return {"problems": [], "revise": False}


def judgement(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `contracts.Judgement`: every criterion counts as met; no program stands behind it."""
    verdicts = [
        {"criterion": name, "finding": "Nothing that a rule could see speaks against it.", "met": True}
        for name in _CRITERION.findall(prompt.system)
    ]
    return {"verdicts": verdicts, "score": 8}


def no_tests(prompt: Prompt) -> dict[str, Any]:
    """The JSON of `contracts.Tests` for a task whose behaviour cannot be read off by rule."""
    return {"unsuitable": "The task names no call whose result a rule could work out.", "reasoning": "", "code": ""}
