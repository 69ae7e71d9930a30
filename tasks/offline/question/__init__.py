"""Questions about a passage, offline."""

from __future__ import annotations

from tasks.offline.kind import OfflineKind
from tasks.offline.question.responder import respond
from tasks.offline.templates.author import questions
from tasks.offline.templates.editor import edited_question

OFFLINE = OfflineKind(
    agents={
        "Questions": questions,
        "EditedQuestion": edited_question,
    },
    responder=respond,
    alone=True,
)
