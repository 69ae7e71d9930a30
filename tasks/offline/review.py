"""The offline critic and judge: they cannot judge, and say what lets the pipeline go on."""

from __future__ import annotations

import re
from typing import Any

from tasks.offline.prompt import Prompt

_CRITERION = re.compile(r"^- (\w+):", re.M)


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
