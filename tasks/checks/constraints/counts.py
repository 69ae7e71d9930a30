"""Requirements on amounts, each tested on a text: words, characters, sentences, paragraphs and lines."""

from __future__ import annotations

import re
from collections.abc import Callable

from tasks.checks.constraints.contract import Constraint
from tasks.records import Record
from tasks.text.replies import reply
from tasks.text.sentences import sentences

Meets = Callable[[str, Constraint, Record], str | None]
"""What is wrong with the text, None if nothing."""

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


def lines(text: str) -> list[str]:
    """The lines of a text that are not blank."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _max_words(text: str, c: Constraint, record: Record) -> str | None:
    count = len(tokens(text))
    return f"{count} words" if count > c.number else None


def _min_words(text: str, c: Constraint, record: Record) -> str | None:
    count = len(tokens(text))
    return f"{count} words" if count < c.number else None


def _max_sentences(text: str, c: Constraint, record: Record) -> str | None:
    count = len(sentences(text))
    return f"{count} sentences" if count > c.number else None


def _max_characters(text: str, c: Constraint, record: Record) -> str | None:
    count = len(reply(record).strip())
    return f"{count} characters" if count > c.number else None


def _min_sentences(text: str, c: Constraint, record: Record) -> str | None:
    count = len(sentences(headless(text)))
    return f"{count} sentences" if count < c.number else None


def _sentence_count(text: str, c: Constraint, record: Record) -> str | None:
    # Whether a heading is a sentence is open, so both counts are right.
    count = len(sentences(headless(text)))
    return f"{count} sentences" if c.number not in {count, len(sentences(text))} else None


def _sentence_max_words(text: str, c: Constraint, record: Record) -> str | None:
    longest = max((len(tokens(s)) for s in sentences(text)), default=0)
    return f"a sentence of {longest} words" if longest > c.number else None


def _paragraphs(text: str, c: Constraint, record: Record) -> str | None:
    count = len(paragraphs(headless(text)))
    return f"{count} paragraphs" if c.number not in {count, len(paragraphs(text))} else None


def _line_count(text: str, c: Constraint, record: Record) -> str | None:
    count = sum(1 for line in text.splitlines() if line.strip())
    return f"{count} lines" if count != c.number else None


COUNTS: dict[str, Meets] = {
    "max_words": _max_words,
    "min_words": _min_words,
    "max_characters": _max_characters,
    "min_sentences": _min_sentences,
    "max_sentences": _max_sentences,
    "sentence_count": _sentence_count,
    "sentence_max_words": _sentence_max_words,
    "paragraphs": _paragraphs,
    "line_count": _line_count,
}
