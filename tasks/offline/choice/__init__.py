"""Multiple-choice questions that need no text, offline."""

from __future__ import annotations

from tasks.offline.choice.quiz import choices, edited_choice, solved
from tasks.offline.kind import OfflineKind, from_message

OFFLINE = OfflineKind(
    agents={
        "Choices": choices,
        "EditedChoice": edited_choice,
    },
    responder=from_message(solved),
    alone=True,
)
