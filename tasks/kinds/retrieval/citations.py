"""Whether the citations of an answer point at sources that were shown, and the cited sources say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.checks.check import Doubt
from tasks.checks.dated import unshown_dates
from tasks.kinds.retrieval.support import (
    FEW,
    SUPPORT,
    WHOLE,
    content,
    other_figures,
    quotations,
    quoted_from,
    share,
    text_of,
    turned_round,
)
from tasks.records import Json, Record
from tasks.text.replies import reply
from tasks.text.sentences import sentences

MOST_COUNTED = 12
"""Up to this a number may be counted or reckoned from what the sources say in words."""
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.S)
MARK = re.compile(
    r"[\[\u3010](\^?[\w.-]{1,40}(?:\s*(?:[,;]|[-\u2013](?=\s*\d))\s*\^?[\w.-]{1,40}){0,9})[\]\u3011](?!\()"
)
_LINKED = re.compile(r"[\[\u3010](\^?\d{1,3})[\]\u3011]\([^()\s]*\)")
_AFTER_STOP = re.compile(r"([.!?]+[\"'”\u2019]?)[ \t]*((?:[\[\u3010]\^?[\w.,; \u2013-]{1,60}[\]\u3011][ \t]*)+)")


def citations(record: Record) -> str | Doubt | None:
    """Rejects an answer whose citations point nowhere, at the wrong source, or at sources with other figures or quotations.

    The sources are `record.formal["sources"]`: dicts with `id`, `title`, `url` and `snippet`. An answer to a task that can be
    answered cites at least one of them. What its sources may say in other words is a doubt.
    """
    sources = {str(s["id"]): s for s in record.formal.get("sources") or [] if isinstance(s, dict) and "id" in s}
    if not sources:
        return None
    cited = 0
    doubt: Doubt | None = None
    for number, sentence in enumerate(cited_sentences(reply(record)), 1):
        ids = list(cited_ids(sentence, sources))
        if any(i not in sources for i in ids):
            return f"sentence {number} cites a source that is not there"
        cited += len(ids)
        for said, own in _parts(sentence, sources):
            chosen = [sources[i] for i in own]
            if problem := _misquoted(said, chosen, list(sources.values()), record.instruction):
                return f"sentence {number} {problem}"
            if chosen:
                found = _unsupported(number, said, chosen, list(sources.values()), record.instruction)
                if isinstance(found, str):
                    return found
                doubt = doubt or found
    return doubt if cited or not record.answerable else "the answer cites no source"


def _parts(sentence: str, sources: dict[str, Json]) -> list[tuple[str, list[str]]]:
    """The sentence in the parts that its citations stand behind, each with their ids; whole if they stand before or apart."""
    parts: list[tuple[str, list[str]]] = []
    last = 0
    for m in MARK.finditer(sentence):
        ids = list(cited_ids(m[0], sources))
        said, last = sentence[last : m.start()], m.end() if ids else last
        if ids and parts and not said.strip(" ,;."):
            parts[-1][1].extend(ids)
        elif ids:
            parts.append((said, ids))
    rest = MARK.sub(" ", sentence[last:])
    if len(parts) > 1 and len(content(rest)) < 2 and all(len(content(said)) >= 2 for said, _ in parts):
        return [(f"{said} {rest}" if said is parts[-1][0] else said, list(dict.fromkeys(ids))) for said, ids in parts]
    return [(MARK.sub(" ", sentence), list(dict.fromkeys(i for _, ids in parts for i in ids)))]


def cited_sentences(text: str) -> list[str]:
    """The sentences of an answer, each with its citations."""
    return sentences(_AFTER_STOP.sub(r" \2\1 ", _LINKED.sub(r"[\1]", _CODE.sub(" ", text))))


def cited_ids(sentence: str, sources: dict[str, Json]) -> Iterator[str]:
    """The ids that the sentence cites; a word in brackets is an id only if it looks like one of those shown."""
    shapes = {_shape(i) for i in sources}
    for m in MARK.finditer(sentence):
        for part in re.split(r"\s*[,;]\s*", m[1]):
            ends = re.fullmatch(r"(\d{1,3})\s*[-\u2013]\s*(\d{1,3})", part)
            if ends and part not in sources:
                yield from (str(n) for n in range(int(ends[1]), min(int(ends[2]), int(ends[1]) + 20) + 1))
            elif (name := part.strip().lstrip("^")) in sources or _shape(name) in shapes:
                yield name


def _shape(name: str) -> str:
    return re.sub(r"\d+", "0", name.lower())


def _misquoted(said: str, chosen: list[Json], sources: list[Json], asked: str) -> str | None:
    for quote in quotations(said):
        if quoted_from(quote, asked) or any(quoted_from(quote, text_of(s)) for s in chosen):
            continue
        if chosen and any(quoted_from(quote, text_of(s)) for s in sources):
            return "gives a quotation from another source than it cites"
        if not any(quoted_from(quote, text_of(s)) for s in sources):
            return "gives a quotation that no source has"
    return None


def _unsupported(number: int, sentence: str, chosen: list[Json], sources: list[Json], asked: str) -> str | Doubt | None:
    """What is wrong with citing these sources for the sentence; figures of the question may be taken up."""
    others = other_figures(sentence, [*chosen, {"snippet": asked}])
    if any(n > MOST_COUNTED or n.denominator > 1 for n in others):
        return f"sentence {number} has a number that its sources do not"
    if unshown_dates(sentence, "\n".join(map(text_of, chosen))):
        return f"sentence {number} has a date that its sources do not"
    held = share(sentence, chosen)
    if held < SUPPORT and any(share(sentence, [s]) >= max(WHOLE, held + SUPPORT) for s in sources if s not in chosen):
        return f"sentence {number} cites a source for what another one says"
    shown = {f"source {s['id']}": text_of(s) for s in chosen} | {"statement": sentence.strip()}
    if others:
        return Doubt(
            f"sentence {number} has a number that its sources do not",
            "Do the sources give each number and time of the statement, or does it follow from what they say?",
            shown,
        )
    few = len(content(sentence)) < FEW
    if held < SUPPORT and not few:
        return Doubt(
            f"sentence {number} says what its sources do not",
            "Do the sources bear out the statement, if in other words, with nothing added that they do not say?",
            shown,
        )
    if not few and any(share(sentence, [s]) == 0 for s in chosen):
        return Doubt(
            f"sentence {number} cites a source that has nothing to do with it",
            "Does each of the sources bear out a part of the statement?",
            shown,
        )
    if turned_round(sentence, chosen):
        return Doubt(
            f"sentence {number} turns round what its sources say",
            "Do the sources say this, and not the opposite of a part of it?",
            shown,
        )
    return None
