"""The kind retrieval: a question that is answered from the results of a search."""

from __future__ import annotations

from tasks.agents.kind import Environment, Kind
from tasks.checks.check import Check
from tasks.kinds.retrieval.checks import sources_cited, sources_sound
from tasks.kinds.retrieval.citations import citations
from tasks.kinds.retrieval.complete import retrieve
from tasks.kinds.retrieval.contract import Lookalikes, Retrieval
from tasks.kinds.retrieval.followup import asked_next
from tasks.kinds.retrieval.sources import show_sources
from tasks.teacher.contract import drafts_of

KIND = Kind(
    name="retrieval",
    drafts=drafts_of(Retrieval, "Retrievals"),
    complete=retrieve,
    show=show_sources,
    environment=Environment(wish=asked_next),
    checks=(
        Check(sources_sound),
        Check(citations),
        Check(sources_cited, tells_key=True),
    ),
    agents=("lookalikes",),
    searches=("complete",),
    contracts=(Lookalikes,),
)
