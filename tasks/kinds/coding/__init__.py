"""The kind coding: a programming task whose answers are judged by running them."""

from __future__ import annotations

from tasks.agents.kind import Kind
from tasks.agents.review import Tests
from tasks.checks.check import Check
from tasks.kinds.coding.checks import code_kept, code_parses, code_self_contained, code_sound
from tasks.kinds.coding.complete import execute
from tasks.kinds.coding.contract import NARROWER, CodingTask
from tasks.kinds.coding.execution import execution, stated_output
from tasks.kinds.coding.prose import figures_taken, names_stand, prose_true
from tasks.kinds.coding.versions import arguments_kept, behaves_alike, code_changed
from tasks.teacher.contract import drafts_of

KIND = Kind(
    name="coding",
    drafts=drafts_of(CodingTask, "CodingTasks", ""),
    narrower=NARROWER,
    complete=execute,
    hidden=frozenset({"solution", "wrong"}),
    checks=(
        Check(code_self_contained),
        Check(code_sound),
        Check(code_parses),
        Check(code_kept),
        Check(code_changed),
        Check(behaves_alike, executes=True),
        Check(arguments_kept, executes=True),
        Check(execution, executes=True, agents=("write_tests",), tells_key=True),
        Check(stated_output, executes=True),
        Check(prose_true, executes=True),
        Check(names_stand),
        Check(figures_taken),
    ),
    contracts=(Tests,),
)
