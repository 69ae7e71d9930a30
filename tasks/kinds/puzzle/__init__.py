"""The kind puzzle: a puzzle with data from which a program finds every solution."""

from __future__ import annotations

from tasks.agents.kind import Kind
from tasks.checks.check import Check
from tasks.kinds.puzzle.checks import formal_given, rules_stated
from tasks.kinds.puzzle.complete import solve
from tasks.kinds.puzzle.contract import PuzzleTask
from tasks.kinds.puzzle.drafts import NARROWER
from tasks.teacher.contract import drafts_of

KIND = Kind(
    name="puzzle",
    drafts=drafts_of(PuzzleTask, "PuzzleTasks"),
    narrower=NARROWER,
    complete=solve,
    checks=(
        Check(formal_given),
        Check(rules_stated),
    ),
)
