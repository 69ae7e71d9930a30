"""Checks that take more than the record: a sandbox, further model calls, a judge.

A trial takes the record, the run and whether a program has decided that the answer is right; it gives a `Finding`. A
skill names the trials it wants among its checks of the response, and they run in that order.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tasks.agents.judge import judge
from tasks.agents.run import Run
from tasks.agents.solving import guess, solves
from tasks.checks.finding import Finding
from tasks.kinds.coding.execution import execution, stated_output
from tasks.records import Record

Trial = Callable[[Record, Run, bool], Awaitable[Finding]]

TRIALS: dict[str, Trial] = {
    "execution": execution,
    "stated_output": stated_output,
    "solves": solves,
    "guess": guess,
    "judge": judge,
}
"""Name in `skill.yaml` and reason of the reject -> trial."""

__all__ = ["TRIALS", "Finding", "Trial"]
