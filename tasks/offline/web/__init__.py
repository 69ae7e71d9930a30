"""Tasks on web pages, offline."""

from __future__ import annotations

from tasks.offline.kind import OfflineKind
from tasks.offline.web.assistant import browse
from tasks.offline.web.author import edited_web_task, site, web_tasks

OFFLINE = OfflineKind(
    agents={
        "Site": site,
        "WebTasks": web_tasks,
        "EditedWebTask": edited_web_task,
    },
    responder=browse,
)
