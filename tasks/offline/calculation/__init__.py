"""Tasks that rest on a calculation, offline."""

from __future__ import annotations

from tasks.offline.calculation.author import calculation_tasks, edited_calculation_task
from tasks.offline.calculation.responder import estimated
from tasks.offline.kind import OfflineKind, from_message

OFFLINE = OfflineKind(
    agents={
        "CalculationTasks": calculation_tasks,
        "EditedCalculationTask": edited_calculation_task,
    },
    responder=from_message(estimated),
    alone=True,
)
