"""Requirements on letter case: capitals, small letters, and capitals at every n-th word."""

from __future__ import annotations

import re
from collections.abc import Callable

from tasks.checks.constraints.parts import tokens
from tasks.checks.constraints.requirement import ConstraintLike, Requirement, StatedNumber, StatedWords
from tasks.records import Record
from tasks.text.sentences import LIST_MARK
from tasks.text.words import LETTER_RUN

_SMALL = re.compile(
    "a|an|and|as|at|but|by|for|from|if|in|into|is|of|off|on|onto|or|nor|over|per|so|than|the|to|up|via|vs|with|yet|that"
)
"""Words that a title may leave in small letters."""


def upper(text: str) -> bool:
    """Whether no letter of the text is small that could be a capital."""
    return not any(ch.islower() and ch.upper() != ch and len(ch.upper()) == 1 for ch in text)


def lower(text: str) -> bool:
    """Whether no letter of the text is a capital that could be small."""
    return not any(ch.isupper() and ch.lower() != ch for ch in text)


def _title(text: str) -> bool:
    plain_tokens = [t.strip("*_\"'“”\u2018\u2019([{<#") for t in tokens(text)]
    found = [t for t in plain_tokens if t[:1].isalpha()]
    return all(
        not (t[0].islower() and t[0].upper() != t[0]) or (i and _SMALL.fullmatch(re.sub(r"\W+$", "", t)))
        for i, t in enumerate(found)
    )


_CASES: dict[str, Callable[[str], bool]] = {"upper": upper, "lower": lower, "title": _title}
_CUES = {
    "upper": r"\bupper.?case|\bcapital|\bcaps\b",
    "lower": r"\blower.?case|\bsmall letters|\b(?:no|without|never|not) (?:\w+ ){0,3}capital",
    "title": r"\btitle.?case|\bheadline (?:case|style)|\bcapitali[sz]|\bcapital (?:letter|initial)|\bcapitals?\b",
}


def _named(c: ConstraintLike) -> str:
    return c.words[0].strip().lower() if c.words else ""


def _letter_case(text: str, c: ConstraintLike, record: Record) -> str | None:
    name = _named(c)
    return None if name in _CASES and _CASES[name](text) else f"not all {name} case"


def _a_case(c: ConstraintLike, record: Record) -> str | None:
    return None if len(c.words) == 1 and _named(c) in _CASES else "neither upper, lower nor title"


def _other_case(text: str, c: ConstraintLike) -> str:
    change = {"upper": str.capitalize, "lower": str.upper}.get(_named(c), str.lower)
    return change(text)


def _every_nth_word_upper(text: str, c: ConstraintLike, record: Record) -> str | None:
    known = {"".join(LETTER_RUN.findall(t)) for t in tokens(record.passage)}
    for place, token in enumerate(tokens(LIST_MARK.sub("", text)), 1):
        letters = "".join(LETTER_RUN.findall(token))
        if not letters:
            continue
        capital = upper(letters)
        if place % max(c.number, 1) == 0 and not capital:
            return f"word {place} is not in capitals"
        if place % max(c.number, 1) and capital and not lower(letters) and len(letters) > 1 and letters not in known:
            return f"word {place} is in capitals"
    return None


CASES = (
    Requirement(
        "letter_case",
        met=_letter_case,
        broken=_other_case,
        cue=_CUES,
        words=StatedWords(least=0, stated=lambda word, said: True),
        sound=_a_case,
    ),
    Requirement(
        "every_nth_word_upper",
        met=_every_nth_word_upper,
        broken=lambda text, c: text.lower(),
        cue=r"\bwords?\b.*\b(?:capital|upper|caps)|\b(?:capital|upper|caps).*\bwords?\b",
        number=StatedNumber(least=2),
        form="prose",
    ),
)
