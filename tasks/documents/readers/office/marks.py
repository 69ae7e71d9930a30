"""Marks of notes, and signs that kreuzberg loses in Word files, in characters that it passes on as they are."""

from __future__ import annotations

import re

_MARK = re.compile("\ue101(\\d+)\ue102")


_SAFE = {ord(sign): chr(0xE103 + number) for number, sign in enumerate("&<>")}
_BACK = {ord(safe): chr(sign) for sign, safe in _SAFE.items()}


def mark(number: int) -> str:
    """The mark of the note with this number."""
    return f"\ue101{number}\ue102"


def safe(text: str) -> str:
    """The text without the signs that XML writes as entities: kreuzberg drops those of a Word file."""
    return text.translate(_SAFE)


def restored(text: str) -> str:
    """The text with these signs again, and with the marks in Markdown: `[^1]`."""
    return _MARK.sub(r"[^\1]", text.translate(_BACK))
