"""Questions with search results, offline."""

from __future__ import annotations

from tasks.offline.kind import OfflineKind
from tasks.offline.retrieval.beside import lookalikes
from tasks.offline.retrieval.citation import cited, edited_retrieval, retrievals

OFFLINE = OfflineKind(
    agents={
        "Retrievals": retrievals,
        "EditedRetrieval": edited_retrieval,
        "Lookalikes": lookalikes,
    },
    responder=cited,
)
