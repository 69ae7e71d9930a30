"""The kind tools: a request that calls of functions serve."""

from __future__ import annotations

from tasks.agents.kind import Environment, Kind, nothing
from tasks.checks.check import Check, always
from tasks.kinds.tools.agreement import calls_agree
from tasks.kinds.tools.checks import missing_asked, tool_calls, tool_task
from tasks.kinds.tools.contract import Apis, ToolResult, ToolTask
from tasks.kinds.tools.environment import tool_result, withheld
from tasks.kinds.tools.material import describe_functions
from tasks.kinds.tools.report import report_true
from tasks.teacher.contract import drafts_of

KIND = Kind(
    name="tools",
    drafts=drafts_of(ToolTask, "ToolTasks", ""),
    transform=describe_functions,
    show=nothing,
    environment=Environment(answers=tool_result, wish=withheld),
    checks=(
        Check(tool_task),
        Check(tool_calls),
        Check(missing_asked, tells_key=True),
        Check(calls_agree, decides=always, tells_key=True),
        Check(report_true),
    ),
    agents=("simulate_tool",),
    searches=("transform",),
    contracts=(Apis, ToolResult),
)
