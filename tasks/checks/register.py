"""Whether a request is typed in the register that was drawn for it, as far as that shows by value."""

from __future__ import annotations

import re
from dataclasses import replace

from tasks.records import Record, identified
from tasks.text.sentences import sentences

AXIS = "register"
NEUTRAL = "neutral"
"""The register of a request that has none of its own."""
_LOWER = "lower case"
"""What the register says whose sentences do not begin with capitals."""
_MOST_CAPITALS = 0.34
"""Share of the sentences that may begin with one."""
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|`[^`\n]*`|```.*?```", re.S)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


def other_register(record: Record) -> str:
    """What shows that the register drawn for a request was ignored; empty where it was kept or that cannot be told."""
    if _LOWER not in str(record.axes.get(AXIS, "")):
        return ""
    starts = [word[0] for text in sentences(_QUOTED.sub(" ", record.instruction)) if (word := _WORD.search(text))]
    known = f"{record.passage}\n{record.instruction}"
    plain = [word for word in starts if not _name(word, known)]
    capitals = sum(word[0].isupper() for word in plain)
    if not plain or capitals <= _MOST_CAPITALS * len(plain):
        return ""
    return f"{capitals} of {len(plain)} sentences begin with a capital letter, and it was to be typed all in lower case"


def in_true_register(record: Record) -> Record:
    """The record with a register on its axis that its request has: neutral where the drawn one was ignored."""
    if not other_register(record):
        return record
    return identified(replace(record, axes={**record.axes, AXIS: NEUTRAL}))


def _name(word: str, text: str) -> bool:
    """Whether a capital belongs to the word itself: an abbreviation, or what has one within a sentence too."""
    if len(word) > 1 and word.isupper():
        return True
    return word[0].isupper() and re.search(rf"[\w,;] {re.escape(word)}\b", text) is not None
