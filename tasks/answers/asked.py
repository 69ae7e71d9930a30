"""What an instruction asks, and which clauses of a response take the question up: "the third tallest is Bo"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tasks.text.phrases import Token, alike, content
from tasks.text.sentences import sentences

GIST = 0.5
"""Share of the words of a question that a clause has to have in order to take it up."""
MOST = 60
"""Words of a question that are looked for: a longer one is no question."""
_GAP = re.compile(r"[“\"\u2018']([^”\"\n]*_{2,}[^”\"\n]*)[”\"\u2019']")
_CLAUSE = re.compile(r"[;:]\s|,\s(?:and |so |but |which )?|\s(?:\u2014|\u2013|-)\s|\b(?:so|and|but)\s")


@lru_cache(maxsize=64)
def question_of(instruction: str) -> str:
    """The last question of an instruction, its sentence with a gap, or all of an instruction that has neither."""
    if gap := _GAP.search(instruction):
        return gap[1]
    return next((s for s in reversed(sentences(instruction)) if s.rstrip("\"'”’)* ").endswith("?")), instruction)


def beyond(part: str, instruction: str) -> list[Token]:
    """What a clause says that its question does not."""
    asked = content(question_of(instruction))[:MOST]
    return [token for token in content(part) if not any(alike(token, other) for other in asked)]


def taking_up(instruction: str, text: str) -> Iterator[tuple[float, str]]:
    """The clauses that have words of the question and go on to something else, with the share of its words that they have."""
    gist = content(question_of(instruction))[:MOST]
    for part in (p for s in sentences(text) for p in _CLAUSE.split(s) if p and p.strip()):
        said = content(part)
        share = sum(any(alike(word, other) for other in said) for word in gist) / len(gist) if gist else 0.0
        if share >= GIST and beyond(part, instruction):
            yield share, part.strip()


def taken_up(instruction: str, text: str) -> str | None:
    """The clause that has most words of the question, of several the last; None if none takes it up."""
    best, found = 0.0, None
    for share, part in taking_up(instruction, text):
        if share >= best:
            best, found = share, part
    return found
