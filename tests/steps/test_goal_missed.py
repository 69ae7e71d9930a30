"""An edit that changes only what checks read makes no other task."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.skill_runs import skill_run
from tasks.records import Record
from tasks.steps.refine import _missed
from tests.agents.test_tool_loop import RECORD

TASK = replace(
    RECORD, formal={"judged": "test_suite", "code": "def f(x):\n    return x", "wrong": ["def f(x): return 1"]}
)


@pytest.mark.parametrize(
    ("edited", "missed"),
    [
        (replace(TASK, formal={**TASK.formal, "wrong": ["def f(x): return -x"]}), "nothing changed"),
        (replace(TASK, formal={**TASK.formal, "mistakes": ["takes it for a list"]}), "nothing changed"),
        (replace(TASK, formal={**TASK.formal, "code": "def f(x):\n    return x + 0"}), ""),
        (replace(TASK, instruction="Write tests for f that a constant function fails."), ""),
    ],
)
def test_only_what_the_student_meets_counts_as_a_change(edited: Record, missed: str) -> None:
    run = skill_run("coding")
    goal = run.skill.goals[0].model_copy(
        update={"edits_passage": False, "changes_key": False, "makes_unanswerable": False}
    )
    assert _missed(goal, TASK, edited, run.kind.hidden) == missed
