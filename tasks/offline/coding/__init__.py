"""Programming tasks, offline."""

from __future__ import annotations

from tasks.offline.coding.assertions import tests
from tasks.offline.coding.author import coding_tasks, edited_coding_task
from tasks.offline.coding.responder import coded
from tasks.offline.kind import OfflineKind, from_message

OFFLINE = OfflineKind(
    agents={
        "CodingTasks": coding_tasks,
        "EditedCodingTask": edited_coding_task,
        "Tests": tests,
    },
    responder=from_message(coded),
    alone=True,
)
