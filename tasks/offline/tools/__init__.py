"""Tasks with tools, offline."""

from __future__ import annotations

from tasks.offline.kind import OfflineKind
from tasks.offline.tools.author import edited_tool_task, tool_tasks
from tasks.offline.tools.caller import act
from tasks.offline.tools.descriptions import apis
from tasks.offline.tools.simulators import tool_result, user_turn

OFFLINE = OfflineKind(
    agents={
        "Apis": apis,
        "ToolTasks": tool_tasks,
        "EditedToolTask": edited_tool_task,
        "ToolResult": tool_result,
        "UserTurn": user_turn,
    },
    responder=act,
)
