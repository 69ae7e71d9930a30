"""Conversations about notes, offline."""

from __future__ import annotations

from tasks.offline.conversation.assistant import respond
from tasks.offline.conversation.author import edited_opening, openings
from tasks.offline.conversation.user import moved
from tasks.offline.kind import OfflineKind

OFFLINE = OfflineKind(
    agents={
        "Openings": openings,
        "EditedOpening": edited_opening,
        "UserTurn": moved,
    },
    responder=respond,
)
