"""Options that can be told from each other without knowing the subject, and the mistakes that wrong ones stand for."""

from __future__ import annotations

import re

from tasks.answers import OPTION_LETTERS
from tasks.records import Record
from tasks.text.plain import plain
from tasks.text.words import bare, words

_ABSOLUTE = re.compile(
    r"\b(?:always|never|only|all|every|none|entirely|completely|impossible|must|cannot|no|exclusively|invariably)\b"
)
_HEDGED = re.compile(
    r"\b(?:may|might|can|could|often|usually|sometimes|some|typically|tends?|generally|partly|likely)\b"
)
_FILLER = frozenset(re.findall(r"\w+", "a an the very quite really rather also just that which then thus its"))
_FIGURE = re.compile(r"\d")
_LONG = 6
"""Letters from which on a word of the question is telling when an option repeats it."""


def tell_tales(record: Record) -> str | None:
    """Rejects options of which the right one can be picked by its form: absolutes, echoes, detail, punctuation."""
    if record.answer_form != "option" or len(record.key) != 1 or len(record.options) < 3:
        return None
    place = OPTION_LETTERS.find(record.key[0])
    if not 0 <= place < len(record.options):
        return None
    right, wrong = record.options[place], [o for i, o in enumerate(record.options) if i != place]
    for problem in (_absolutes, _echo, _detail, _dress):
        if found := problem(record, right, wrong):
            return found
    return _same(record.options)


def _absolutes(record: Record, right: str, wrong: list[str]) -> str | None:
    strict = [bool(_ABSOLUTE.search(plain(o))) for o in wrong]
    if all(strict) and not _ABSOLUTE.search(plain(right)):
        return "absolute words in the wrong options alone"
    hedged = _HEDGED.search(plain(right)) and not any(_HEDGED.search(plain(o)) for o in wrong)
    return "the right option alone is hedged" if hedged and sum(strict) * 2 > len(strict) else None


def _echo(record: Record, right: str, wrong: list[str]) -> str | None:
    asked = {w for w in words(record.instruction) if len(w) >= _LONG and w.isalpha()}
    shared = [asked & set(words(o)) for o in wrong]
    return (
        "the right option alone repeats the question"
        if len(asked & set(words(right))) >= 2 and not any(shared)
        else None
    )


def _detail(record: Record, right: str, wrong: list[str]) -> str | None:
    longest = max(len(o.strip()) for o in wrong)
    if len(right.strip()) > 1.6 * longest and len(right.strip()) > longest + 30:
        return "the right option alone goes into detail"
    figures = [bool(_FIGURE.search(o)) for o in wrong]
    return "the right option alone has a figure" if _FIGURE.search(right) and not any(figures) else None


def _dress(record: Record, right: str, wrong: list[str]) -> str | None:
    ends = {o.rstrip()[-1:] == "." for o in wrong}
    starts = {o.lstrip()[:1].isupper() for o in wrong if o.lstrip()[:1].isalpha()}
    if len(ends) == 1 and (right.rstrip()[-1:] == ".") not in ends:
        return "the right option alone differs in punctuation"
    if len(starts) == 1 and right.lstrip()[:1].isalpha() and right.lstrip()[:1].isupper() not in starts:
        return "the right option alone differs in its first letter"
    return None


def _same(options: list[str]) -> str | None:
    said = [tuple(w for w in words(o) if w not in _FILLER) for o in options]
    marks = ["".join(re.findall(r"[^\w\s.,;:'\"!?()]", o)) for o in options]
    told = [(w, m) for w, m in zip(said, marks, strict=True) if w]
    return "two options say nearly the same" if len(set(told)) < len(told) else None


def misconceptions(record: Record) -> str | None:
    """Rejects a choice without a right option, without a mistake behind a wrong one, or with one mistake behind two."""
    if not record.answerable:
        return "no option is right"
    mistakes = record.formal.get("mistakes") or []
    told = [bare(str(m.get("misconception") or "")) for m in mistakes]
    if len([t for t in told if t]) < len(record.options) - 1:
        return "a wrong option without a mistake that leads to it"
    return "one mistake stands for two options" if len(set(told)) < len(told) else None
