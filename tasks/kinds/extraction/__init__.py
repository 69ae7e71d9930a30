"""The kind extraction: named information that is pulled out of a text into a form."""

from __future__ import annotations

from tasks.agents.kind import Kind
from tasks.checks.check import Check
from tasks.kinds.extraction.checks import extraction_agrees, extraction_fits, extraction_grounded, extraction_sound
from tasks.kinds.extraction.complete import complete
from tasks.kinds.extraction.contract import Extraction
from tasks.teacher.contract import drafts_of

KIND = Kind(
    name="extraction",
    drafts=drafts_of(Extraction, "Extractions"),
    complete=complete,
    checks=(
        Check(extraction_sound),
        Check(extraction_fits),
        Check(extraction_grounded),
        Check(extraction_agrees, tells_key=True),
    ),
)
