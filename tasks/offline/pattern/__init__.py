"""Tasks by example, offline."""

from __future__ import annotations

from tasks.offline.kind import OfflineKind, from_message
from tasks.offline.pattern.author import edited_pattern_task, pattern_tasks
from tasks.offline.pattern.responder import completed

OFFLINE = OfflineKind(
    agents={
        "PatternTasks": pattern_tasks,
        "EditedPatternTask": edited_pattern_task,
    },
    responder=from_message(completed),
    alone=True,
)
