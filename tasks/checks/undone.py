"""Whether a report says that something was not done, did not work or is not so."""

from __future__ import annotations

import re

from tasks.text.plain import plain

_UNDONE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|could|did|do|does)(?: not|n't)\b|\b(?:failed|unable|went wrong|unsuccessful\w*)\b"
)


def says_undone(text: str) -> bool:
    """Whether the text says so of anything."""
    return _UNDONE.search(plain(text)) is not None
