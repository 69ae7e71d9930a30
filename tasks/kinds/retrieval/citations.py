"""Whether the citations of an answer point at sources that were shown, and the cited sources say so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fractions import Fraction

from tasks.checks.check import Doubt, Finding, together
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
    worked_out,
)
from tasks.records import Json, Record
from tasks.text.quantities import flat
from tasks.text.replies import reply
from tasks.text.sentences import sentences

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.S)
MARK = re.compile(
    r"[\[\u3010](\^?[\w.-]{1,40}(?:\s*(?:[,;]|[-\u2013](?=\s*\d))\s*\^?[\w.-]{1,40}){0,9})[\]\u3011](?!\()"
)
_LINKED = re.compile(r"[\[\u3010](\^?\d{1,3})[\]\u3011]\([^()\s]*\)")
_AFTER_STOP = re.compile(r"([.!?]+[\"'”\u2019]?)[ \t]*((?:[\[\u3010]\^?[\w.,; \u2013-]{1,60}[\]\u3011][ \t]*)+)")


def citations(record: Record) -> str | Finding | Doubt | None:
    """Rejects an answer whose citations point nowhere, or that quotes what the cited source does not have.

    The sources are `record.formal["sources"]`: dicts with `id`, `title`, `url` and `snippet`. An answer to a task that can be
    answered cites at least one of them. Whether they bear out what it says, its figures too, is a doubt where a program
    cannot see it. A number that was asked for may be worked out from all that is cited.
    """
    return cited_rightly(record, reply(record))


def cited_rightly(record: Record, told: str) -> str | Finding | Doubt | None:
    """The same of a response that is `told` with its citations in brackets, in whatever form it has them."""
    sources = {str(s["id"]): s for s in record.formal.get("sources") or [] if isinstance(s, dict) and "id" in s}
    if not sources:
        return None
    cited = 0
    doubts: list[Doubt | None] = []
    said_all = cited_sentences(told)
    together_cited = [sources[i] for i in dict.fromkeys(cited_ids(" ".join(said_all), sources)) if i in sources]
    asked = {"snippet": record.instruction}
    worked = worked_out(MARK.sub(" ", reply(record)), [*together_cited, asked]) if together_cited else frozenset()
    for number, sentence in enumerate(said_all, 1):
        ids = list(cited_ids(sentence, sources))
        if lacking := [i for i in ids if i not in sources]:
            return Finding(f"sentence {number} cites a source that is not there", told=f"[{lacking[0]}]")
        cited += len(ids)
        for said, own in _parts(sentence, sources):
            chosen = [sources[i] for i in own]
            if problem := _misquoted(said, chosen, list(sources.values()), record.instruction):
                return Finding(f"sentence {number} {problem[0]}", told=f"“{problem[1]}”")
            if chosen:
                if record.answer_form != "number":
                    doubts.append(_other_figures(f"sentence {number}", said, [*chosen, asked], worked))
                doubts.append(_unsupported(number, said, chosen, list(sources.values())))
    if record.answer_form == "number":
        doubts.append(_other_figures("the answer", MARK.sub(" ", told), [*together_cited, asked], worked, steps=4))
    return together(d for d in doubts if d) if cited or not record.answerable else "the answer cites no source"


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


def _misquoted(said: str, chosen: list[Json], sources: list[Json], asked: str) -> tuple[str, str] | None:
    """What is wrong with a quotation, and the quotation."""
    for quote in quotations(said):
        if quoted_from(quote, asked) or any(quoted_from(quote, text_of(s)) for s in chosen):
            continue
        if chosen and any(quoted_from(quote, text_of(s)) for s in sources):
            return "gives a quotation from another source than it cites", quote
        if not any(quoted_from(quote, text_of(s)) for s in sources):
            return "gives a quotation that no source has", quote
    return None


def _other_figures(
    where: str, said: str, behind: list[Json], worked: Collection[Fraction], steps: int = 1
) -> Doubt | None:
    """A doubt about figures and dates that the sources behind the statement, and the question, do not have."""
    dates = unshown_dates(said, "\n".join(map(text_of, behind)))
    others = [flat(said)[q.start : q.end] for q in dates] or other_figures(said, behind, worked, steps=steps)
    if not others:
        return None
    return Doubt(
        f"{where} has a {'date' if dates else 'number'} that its sources do not",
        "Do the sources that are cited give each of these figures, dates and times as the statement has it, or does it follow "
        "from what they say by a right calculation?",
        {**_named(behind), "figures": ", ".join(others), "statement": " ".join(said.split())},
        ", ".join(others),
    )


def _named(sources: list[Json]) -> dict[str, str]:
    return {f"source {s['id']}": text_of(s) for s in sources if "id" in s}


def _unsupported(number: int, sentence: str, chosen: list[Json], sources: list[Json]) -> Doubt | None:
    """A doubt about citing these sources for the sentence."""
    held = share(sentence, chosen)
    shown = {**_named(chosen), "statement": " ".join(sentence.split())}
    told = f"“{shown['statement']}”"
    others = [s for s in sources if s not in chosen and share(sentence, [s]) >= max(WHOLE, held + SUPPORT)]
    if held < SUPPORT and others:
        return Doubt(
            f"sentence {number} cites a source for what another one says",
            "Do the sources that are cited bear out the statement themselves?",
            shown,
            told,
        )
    few = len(content(sentence)) < FEW
    if held < SUPPORT and not few:
        return Doubt(
            f"sentence {number} says what its sources do not",
            "Do the sources bear out the statement, if in other words, with nothing added that they do not say?",
            shown,
            told,
        )
    if not few and any(share(sentence, [s]) == 0 for s in chosen):
        return Doubt(
            f"sentence {number} cites a source that has nothing to do with it",
            "Does each of the sources bear out a part of the statement?",
            shown,
            told,
        )
    if turned_round(sentence, chosen):
        return Doubt(
            f"sentence {number} turns round what its sources say",
            "Do the sources say this, and not the opposite of a part of it?",
            shown,
            told,
        )
    return None
