"""Changes of a text, commissions of original writing and reports on data, offline."""

from __future__ import annotations

from typing import Any

from tasks.offline.kind import OfflineKind, first, from_message
from tasks.offline.prompt import Prompt
from tasks.offline.rewriting.author import edited_rewriting, rewritings
from tasks.offline.rewriting.commission import briefs, composed, edited_brief
from tasks.offline.rewriting.report import data_tasks, edited_data_task, reported
from tasks.offline.rewriting.responder import changed


def _written(prompt: Prompt) -> dict[str, Any]:
    return briefs(prompt) or data_tasks(prompt) or rewritings(prompt)


def _edited(prompt: Prompt) -> dict[str, Any]:
    return edited_brief(prompt) or edited_data_task(prompt) or edited_rewriting(prompt)


OFFLINE = OfflineKind(
    agents={
        "Rewritings": _written,
        "EditedRewriting": _edited,
    },
    responder=first(from_message(reported, composed), changed),
    alone=True,
)
