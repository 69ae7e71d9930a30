"""Extraction tasks, offline."""

from __future__ import annotations

from tasks.offline.extraction.author import edited_extraction, extractions
from tasks.offline.extraction.responder import filled_in
from tasks.offline.kind import OfflineKind, from_message

OFFLINE = OfflineKind(
    agents={
        "Extractions": extractions,
        "EditedExtraction": edited_extraction,
    },
    responder=from_message(filled_in),
    alone=True,
)
