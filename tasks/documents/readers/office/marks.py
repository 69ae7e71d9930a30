"""Marks of notes, in signs that kreuzberg passes on as they are."""

from __future__ import annotations

import re

_MARK = re.compile("\ue101(\\d+)\ue102")


def mark(number: int) -> str:
    """The mark of the note with this number."""
    return f"\ue101{number}\ue102"


def with_marks(text: str) -> str:
    """The text with these marks in Markdown: `[^1]`."""
    return _MARK.sub(r"[^\1]", text)
