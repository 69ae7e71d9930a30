"""How requirements count a text: its words, letters, paragraphs, lines, and how often it has a word."""

from __future__ import annotations

import re

from tasks.text.markdown import EMPHASIS
from tasks.text.plain import plain

_TOKEN = re.compile(r"\S+")
_HEADING = re.compile(r"^[ \t]*(?:#{1,6}[ \t].*|<<.*>>|\*\*[^*\n]{1,120}\*\*:?|[*_-]{3,})[ \t]*$", re.M)


def tokens(text: str) -> list[str]:
    """The words of a text as people count them: whatever stands between spaces and has a letter or digit."""
    return [t for t in _TOKEN.findall(text) if any(c.isalnum() for c in t)]


def headless(text: str) -> str:
    """The text without titles, headings and rules between its parts."""
    return _HEADING.sub("", text)


def paragraphs(text: str) -> list[str]:
    """The parts of a text between blank lines."""
    return [p.strip() for p in re.split(r"\n[ \t]*\n", text) if any(c.isalnum() for c in p)]


def filled_lines(text: str) -> list[str]:
    """The lines of a text that are not blank."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def occurrences(text: str, phrase: str) -> int:
    """How often the text has these whole words; a hyphenated compound is another word."""
    wanted = plain(phrase)
    return len(re.findall(rf"(?<![\w-]){re.escape(wanted)}(?!\w|-\w)", plain(EMPHASIS.sub("", text)))) if wanted else 0


def without_phrase(text: str, phrase: str) -> str:
    """The text without these words, however they are styled or spaced."""
    words = (re.sub("['\u2019]", "['\u2019]", re.escape(word)) for word in phrase.split())
    return re.sub(r"\s*" + r"[\s*_]+".join(words), "", text, flags=re.I)
