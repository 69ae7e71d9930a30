"""Checks of answers that rewrite a text: facts kept, and the text really changed."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

from tasks.checks.check import Doubt, together
from tasks.checks.constraints import REQUIREMENTS
from tasks.checks.constraints.met import body, constraints_of
from tasks.checks.kept import kept
from tasks.records import Record
from tasks.text.replies import reply
from tasks.text.words import words

_SAME = 0.98
"""Share of words in common above which a text counts as unchanged."""


def keeps_facts(record: Record) -> Doubt | None:
    """Doubts a rewriting that seems to have lost a name, number or date that it had to keep."""
    text = reply(record)
    replaced = [c.words for c in constraints_of(record) or [] if c.kind == "replace" and len(c.words) == 2]
    doubts: list[Doubt] = []
    for number, fact in enumerate(record.evidence, 1):
        wanted = fact
        for old, new in replaced:
            wanted = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _, new=new: new, wanted, flags=re.I)  # type: ignore[misc]
        if kept(text, wanted) != "kept":
            doubts.append(
                Doubt(
                    f"fact {number} is missing",
                    "Does the answer say each of these facts of the text, in whatever words, and nothing that contradicts them?",
                    {"fact": wanted, "answer": text},
                    f"“{wanted}”",
                )
            )
    return together(doubts)


def not_copied(record: Record) -> str | None:
    """Rejects an answer that is the passage itself where a change was asked for."""
    text = body(reply(record))
    if not record.passage.strip() or not text.strip():
        return None
    if any(REQUIREMENTS[c.kind].light for c in constraints_of(record) or []):
        return "the passage came back unchanged" if text.split() == record.passage.split() else None
    ours, theirs = words(text), words(record.passage)
    if ours == theirs:
        return "the passage came back unchanged"
    shared = 2 * sum((Counter(ours) & Counter(theirs)).values()) / (len(ours) + len(theirs) or 1)
    if shared > _SAME and SequenceMatcher(None, ours, theirs, autojunk=False).ratio() > _SAME:
        return "the passage came back almost unchanged"
    return None
