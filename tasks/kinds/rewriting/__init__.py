"""The kind rewriting: a text that is changed, or written, to stated requirements."""

from __future__ import annotations

from tasks.agents.kind import Kind
from tasks.checks.check import Check
from tasks.kinds.rewriting.checks import keeps_facts, not_copied
from tasks.kinds.rewriting.contract import Rewriting
from tasks.kinds.rewriting.wording import figures_kept, wording_kept
from tasks.teacher.contract import drafts_of

KIND = Kind(
    name="rewriting",
    drafts=drafts_of(Rewriting, "Rewritings", "text"),
    checks=(
        Check(keeps_facts, tells_key=True),
        Check(not_copied),
        Check(wording_kept),
        Check(figures_kept),
    ),
)
