"""The kind calculation: a task that rests on a stated calculation."""

from __future__ import annotations

from tasks.agents.kind import Kind
from tasks.checks.check import Check
from tasks.kinds.calculation.checks import calculation, estimate_shown
from tasks.kinds.calculation.complete import calculate_key
from tasks.kinds.calculation.contract import NARROWER, CalculationTask
from tasks.kinds.calculation.steps import figures_carried
from tasks.teacher.contract import drafts_of

KIND = Kind(
    name="calculation",
    drafts=drafts_of(CalculationTask, "CalculationTasks", ""),
    narrower=NARROWER,
    complete=calculate_key,
    checks=(
        Check(calculation),
        Check(estimate_shown),
        Check(figures_carried),
    ),
)
