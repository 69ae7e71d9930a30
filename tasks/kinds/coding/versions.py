"""Code that was to be mended, tidied up or made faster, held against the code shown: it is another one, and does the same."""

from __future__ import annotations

import re

from tasks.agents.kind import SkillRun
from tasks.checks.check import Doubt, Finding
from tasks.kinds.coding.checks import code_in
from tasks.kinds.coding.contract import Coding
from tasks.kinds.coding.source import same_but_comments
from tasks.records import Record
from tasks.text.replies import reply
from tasks.tools.sandbox.programs import unavailable
from tasks.tools.sandbox.twins import compared

SLOWEST = 0.5
"""Share of the old time, where that is long, which code that was to be made faster may take: better code takes far less."""
_CHANGED = ("repair", "same_behaviour")
_FASTER = re.compile(
    r"\b(?:faster|fast enough|speed|slow|linear|quadratic|logarithmic|cost|seconds|performance|optimi[sz]\w*|time out)\b"
    r"|\bO\([^)]+\)",
    re.I,
)
"""Signs in a wish that code is to run faster, where no task type says so."""
_KEPT = re.compile(
    r"\b(?:must|may|should|shall|can|is|are)(?: not|n't) (?:to )?(?:be )?(?:changed|modified|altered|mutated|touched)\b"
    r"|\b(?:leaves?|keeps?|leaving|keeping) (?:its|the|their|both) (?:arguments?|inputs?|lists?|originals?)\b"
    r"|\bwithout (?:changing|modifying|altering|mutating|touching)\b",
    re.I,
)
"""Signs in a task that what a function is given has to stay as it is."""
_COMMENT = re.compile(r"(?m)(?:^|\s)(?:#|//|--)[^\n]*$|/\*.*?\*/", re.S)


def code_changed(record: Record) -> str | None:
    """Rejects an answer that hands the code back as it was, but for comments and layout."""
    formal = record.formal
    if formal.get("judged") not in _CHANGED or formal.get("language") != formal.get("code_language"):
        return None
    shown, language = str(formal.get("code") or ""), str(formal.get("language"))
    code = code_in(reply(record), language, formal.get("names") or [])
    if code is None or not shown.strip():
        return None
    alike = same_but_comments(code, shown) if language == "python" else _tight(code) == _tight(shown)
    return "the code is handed back as it was" if alike else None


def _tight(code: str) -> str:
    return re.sub(r"\s+", "", _COMMENT.sub(" ", code))


async def arguments_kept(record: Record, run: SkillRun) -> Finding:
    """Calls a Python function whose arguments are to stay as they are, and rejects it if they do not."""
    formal = Coding.model_validate(record.formal)
    wanted = formal.judged == "tests" and formal.language == "python" and _KEPT.search(record.instruction)
    code = code_in(reply(record), "python", formal.names) if wanted else None
    if code is None:
        return Finding(skipped="nothing is said of arguments")
    if reason := unavailable(run.settings, "python"):
        return Finding(skipped=reason)
    found = await compared(code, code, formal.names)
    if found is None or not found.calls:
        return Finding(skipped="nothing could be called")
    return Finding(problem="the code changes what it is given" if found.altered else "")


async def behaves_alike(record: Record, run: SkillRun) -> Finding | Doubt:
    """Runs old and new Python code side by side: rejects code no faster where that was wanted; a difference is a doubt."""
    formal = Coding.model_validate(record.formal)
    if formal.judged != "same_behaviour" or {formal.language, formal.code_language} != {"python"} or not formal.names:
        return Finding(skipped="no code to compare")
    if reason := unavailable(run.settings, "python"):
        return Finding(skipped=reason)
    code = code_in(reply(record), "python", formal.names)
    found = await compared(formal.code, code, formal.names) if code else None
    if found is None or not found.calls:
        return Finding(skipped="nothing could be compared")
    wants_speed = record.task_type == "optimise" or (not record.task_type and _FASTER.search(record.instruction))
    if wants_speed and found.ratio is not None and found.ratio > SLOWEST:
        return Finding(problem="the code is no faster than it was")
    if found.differing:
        return Doubt(
            "the code gives other results than before",
            "Old and new code differ on one input. Is it an input that the code was never meant for, so that this does no harm?",
            {"call, old result and new result": found.differing},
        )
    return Finding()
