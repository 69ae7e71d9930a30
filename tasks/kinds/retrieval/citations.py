"""Whether the citations of an answer point at sources that were shown, and the cited sources say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from tasks.checks.figures import Shown, figures
from tasks.records import Json, Record
from tasks.text.replies import reply
from tasks.text.sentences import sentences
from tasks.text.words import words

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.S)
_MARK = re.compile(
    r"[\[\u3010](\^?[\w.-]{1,40}(?:\s*(?:[,;]|[-\u2013](?=\s*\d))\s*\^?[\w.-]{1,40}){0,9})[\]\u3011](?!\()"
)
_LINKED = re.compile(r"[\[\u3010](\^?\d{1,3})[\]\u3011]\([^()\s]*\)")
_AFTER_STOP = re.compile(r"([.!?]+[\"'”\u2019]?)[ \t]*((?:[\[\u3010]\^?[\w.,; \u2013-]{1,60}[\]\u3011][ \t]*)+)")
_SMALL = frozenset({
    "about", "after", "also", "although", "among", "because", "been", "before", "being", "between", "both", "could",
    "does", "each", "from", "have", "however", "into", "more", "most", "only", "other", "over", "said", "same",
    "should", "since", "some", "such", "than", "that", "their", "them", "then", "there", "these", "they", "this",
    "those", "through", "under", "until", "very", "were", "what", "when", "where", "which", "while", "will", "with",
    "would", "according", "source", "sources", "states", "reports",
})  # fmt: skip
_STEM = 5
SUPPORT = 0.25
"""Share of a sentence's content words that the cited sources must hold."""


def citations(record: Record) -> str | None:
    """Rejects an answer whose citations point nowhere, or at sources that do not say what they are cited for.

    The sources are `record.formal["sources"]`: dicts with `id`, `title`, `url` and `snippet`. An answer to a task that can be
    answered cites at least one of them.
    """
    sources = {str(s["id"]): s for s in record.formal.get("sources") or [] if isinstance(s, dict) and "id" in s}
    if not sources:
        return None
    text = _LINKED.sub(r"[\1]", _CODE.sub(" ", reply(record)))
    text = _AFTER_STOP.sub(r" \2\1 ", text)
    cited = 0
    for number, sentence in enumerate(sentences(text), 1):
        ids = list(_cited(sentence, sources))
        if any(i not in sources for i in ids):
            return f"sentence {number} cites a source that is not there"
        cited += len(ids)
        if ids and (problem := _unsupported(_MARK.sub(" ", sentence), [sources[i] for i in dict.fromkeys(ids)])):
            return f"sentence {number} {problem}"
    return "the answer cites no source" if record.answerable and not cited else None


def _cited(sentence: str, sources: dict[str, Json]) -> Iterator[str]:
    """The ids that the sentence cites; a word in brackets is an id only if it looks like one of those shown."""
    shapes = {_shape(i) for i in sources}
    for m in _MARK.finditer(sentence):
        for part in re.split(r"\s*[,;]\s*", m[1]):
            ends = re.fullmatch(r"(\d{1,3})\s*[-\u2013]\s*(\d{1,3})", part)
            if ends and part not in sources:
                yield from (str(n) for n in range(int(ends[1]), min(int(ends[2]), int(ends[1]) + 20) + 1))
            elif (name := part.strip().lstrip("^")) in sources or _shape(name) in shapes:
                yield name


def _shape(name: str) -> str:
    return re.sub(r"\d+", "0", name.lower())


def _unsupported(sentence: str, sources: list[Json]) -> str | None:
    """What is wrong with citing these sources for the sentence."""
    texts = ["\n".join(str(s.get(name) or "") for name in ("title", "url", "snippet")) for s in sources]
    said = _content(sentence)
    held = [said & _content(text) for text in texts]
    if len(said) >= 4:
        if len(set().union(*held)) < max(2, SUPPORT * len(said)):
            return "says what its sources do not"
        if any(not h for h in held):
            return "cites a source that has nothing to do with it"
    shown = Shown("\n\n".join(texts))
    numbers = [f for f in figures(sentence) if f.value > 2]
    near: list[Fraction] = [f.scaled for f in numbers if shown.has(f)]
    if any(not shown.follows(f, [v for v in near if v != f.scaled]) for f in numbers):
        return "has a number that its sources do not"
    return None


def _content(text: str) -> set[str]:
    return {w[:_STEM] for w in words(text) if len(w) > 3 and w not in _SMALL and not w.isdigit()}
