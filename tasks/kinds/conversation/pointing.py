"""What a message says stands above it, below it or with it, and whether anything does."""

from __future__ import annotations

import re

from tasks.checks.check import Doubt
from tasks.text.plain import plain

_PLACE = r"zero|freezing|average|cost|\d|the|a|an|all|my|our|this|that|it|us|them|me|you|sea|ground|deck"
"""What follows where the word tells a place or a measure."""
_BELOW = re.compile(
    rf"\b(?:below|underneath)\b(?! (?:{_PLACE})\b)"
    r"|\bthe following (?!(?:day|week|month|year|morning|night|evening|summer|winter|spring|autumn|season|time)s?\b)"
)
_ABOVE = re.compile(rf"(?<!from )\b(?:above|overhead)\b(?! (?:{_PLACE}|in|from|of|at|on|to|see|with|and|or)\b)")
_WITH = re.compile(r"\b(?:attached|enclosed|pasted|appended)\b(?! to\b)")
_BLOCK = re.compile(
    r"```|\"\"\"|---|\n\s*\n|\n\s*(?:[-*•>|]|\d{1,2}[.)])|[“\"«][^”\"»]{12,}[”\"»]|:\s*(?!.*\?\s*$)\S.{11,}$",
    re.S | re.M,
)
"""A text of its own within a message: a fence, a paragraph, a list, a quotation, or what a colon leads to."""


def pointing(message: str) -> set[str]:
    """Where the message says that something stands: above, below, with it."""
    said = plain(message)
    found = {"below": _BELOW, "above": _ABOVE, "with": _WITH}
    return {where for where, pattern in found.items() if pattern.search(said)}


def announces(message: str) -> bool:
    """Whether the message ends with a colon that nothing follows."""
    return message.rstrip("`*_ \n").endswith(":")


def missing_text(message: str) -> str | Doubt | None:
    """What is wrong with a message that points at a text which is not in it; a doubt where it may point at things."""
    if announces(message):
        return "the message ends with a colon, and nothing follows"
    if not pointing(message) or _BLOCK.search(message.strip()):
        return None
    return Doubt(
        "the message points at something above, below or attached, and nothing is there",
        "The message holds a word such as above, below, following or attached. Is everything that these words point at "
        "in the message itself, or a thing or place in the world rather than a text that would be sent along?",
        {"message": message},
    )
