"""The notes that the offline author puts into an opening, as author, user and assistant read them."""

from __future__ import annotations

import re

from tasks.offline.conversation.quiz import QUIZZED
from tasks.offline.conversation.wordings import FACT
from tasks.offline.passage import Passage

_QUOTED = re.compile(r"“([^“”]+)”")


def noted(opening: str) -> list[str]:
    """The sentences of the notes in an opening: those quoted, else those of the text that is sent along."""
    flat = " ".join(opening.split())
    quoted = _QUOTED.findall(opening)
    text = Passage("\n\n".join(quoted) if " My notes: “" in flat else opening)
    own = {m[0] for wording in (FACT, QUIZZED) for m in wording.find_all(flat)}
    return [s for s in text.sentences if "“" not in s and not any(s in o or o in s for o in own)]
