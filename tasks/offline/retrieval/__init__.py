"""Questions with search results, offline."""

from __future__ import annotations

from tasks.offline.kind import OfflineKind, from_message
from tasks.offline.retrieval.citation import cited, edited_retrieval, retrievals

OFFLINE = OfflineKind(
    agents={
        "Retrievals": retrievals,
        "EditedRetrieval": edited_retrieval,
    },
    responder=from_message(cited),
)
