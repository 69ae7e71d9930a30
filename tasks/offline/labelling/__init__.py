"""Labelling tasks, offline."""

from __future__ import annotations

from tasks.offline.kind import OfflineKind, from_message
from tasks.offline.labelling.author import edited_labelling, labellings
from tasks.offline.labelling.responder import labelled

OFFLINE = OfflineKind(
    agents={
        "Labellings": labellings,
        "EditedLabelling": edited_labelling,
    },
    responder=from_message(labelled),
    alone=True,
)
