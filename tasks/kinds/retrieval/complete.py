"""The sources of a question: what a search in the document set really finds, and the stretches that its key rests on."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from random import Random
from typing import Any
from urllib.parse import unquote

from pydantic import ValidationError

from tasks.agents.kind import SkillRun
from tasks.checks.instruction import answer_hidden
from tasks.kinds.retrieval.contract import Conflict, Sought
from tasks.kinds.retrieval.sources import LAYOUTS, SUITED, blocks, covered, demand, located, long_words, stretches
from tasks.records import Json, Record, Rejected, identified, rng
from tasks.text.words import bare, holds
from tasks.tools.search.index import Hit

_COUNTS = (3, 4, 4, 5, 5, 6, 7, 8, 9, 11)
"""Sources that a task shows; fewer where the document set has no more."""
_SAME = 0.8
"""A hit shares so much with a source that is there already, or with the passage, that it is the same text."""
_Found = tuple[str, str, str, str]
"""Title, place, snippet, and where it comes from: evidence, altered, passage or search."""


async def retrieve(record: Record, run: SkillRun) -> Record:
    """The record with its sources, their layout and the form of citation; without an answer where they are kept back."""
    try:
        sought = Sought.model_validate(record.formal or {})
    except ValidationError:
        raise Rejected("malformed", "the search is not in its form") from None
    draw = rng(run.seed, "sources", record.parent, record.instruction, record.passage)
    kept_back = sought.shows == "nothing" or not record.answerable
    title = record.source.title or _place(record.source.uri)
    own = _others(record, sought, title) if kept_back else _evidence(record, sought, title)
    wanted = max(draw.choice(_COUNTS), len(own) + 1)
    near = [] if kept_back else _others(record, sought, title)[: draw.choice((0, 1, 1, 2))]
    found = own[: draw.choice((1, 2))] if kept_back else own
    for item in [*near, *await _hits(record, run, sought, wanted, kept_back)]:
        if len(found) < wanted and all(covered(item[2], other) < _SAME for _, _, other, _ in found):
            found.append(item)
    # Where the evidence is kept back the key goes too, so this is the last time that the two can be compared.
    if kept_back and (told := answer_hidden(record)):
        raise Rejected("answer_hidden", told)
    if not found:
        raise Rejected("no_sources", "the search found nothing to show")
    way = draw.choice(SUITED.get(record.answer_form, SUITED["text"]))
    sources = _arranged(found, sought.conflict, draw)
    formal = {
        **sought.model_dump(),
        "sources": sources,
        "layout": draw.choice(sorted(LAYOUTS)),
        "format": way,
        "hint": demand(record.answer_form, way, sources[0]["id"], draw),
    }
    gone: dict[str, Any] = {"answerable": False, "key": [], "evidence": []} if kept_back else {}
    return identified(replace(record, formal=formal, **gone))


def _evidence(record: Record, sought: Sought, title: str) -> list[_Found]:
    """The stretches that hold the evidence, and a source that contradicts it where that is wanted."""
    parts = stretches(record.passage, record.evidence)
    if not parts:
        raise Rejected("evidence", "a quote is not in the passage, or there is none")
    place = _place(record.source.uri)
    found: list[_Found] = [(title, place, part, "evidence") for part in parts]
    if sought.shows != "conflict":
        return found
    conflict = _sound(record, sought.conflict)
    span = located(record.passage, conflict.quote)
    close = stretches(record.passage, [conflict.quote], len(conflict.quote) + 160)
    if span is None or not close:
        raise Rejected("conflict", "the sentence to contradict is not in the passage")
    said = record.passage[slice(*span)]
    altered = close[0].replace(said, conflict.altered.rstrip(".!? "))
    if altered == close[0]:
        raise Rejected("conflict", "the sentence to contradict is not in one piece")
    other = f"{title}, earlier version" if conflict.counts == "newer" else f"Notes on {title}"
    return [*found, (other, place, altered, "altered")]


def _sound(record: Record, conflict: Conflict | None) -> Conflict:
    if conflict is None:
        raise Rejected("conflict", "no sentence is named that a source contradicts")
    alike = SequenceMatcher(None, bare(conflict.quote), bare(conflict.altered), autojunk=False).ratio()
    if bare(conflict.quote) == bare(conflict.altered) or alike < 0.6 or located(record.passage, conflict.altered):
        raise Rejected("conflict", "the altered sentence is not the same with one fact changed")
    if record.answer_form in ("span", "number") and any(holds(conflict.altered, key) for key in record.key):
        raise Rejected("conflict", "the altered sentence still gives the key")
    return conflict


def _others(record: Record, sought: Sought, title: str) -> list[_Found]:
    """Other parts of the passage, those nearest the query first; none that holds evidence or key."""
    asked = long_words(f"{sought.search} {record.instruction}")
    parts = [part for part in blocks(record.passage) if not _tells(part, record)]
    parts.sort(key=lambda part: -len(asked & long_words(part)))
    return [(title, _place(record.source.uri), part, "passage") for part in parts]


async def _hits(record: Record, run: SkillRun, sought: Sought, wanted: int, kept_back: bool) -> list[_Found]:
    """What the search finds; the record's own document is left out where it says otherwise than the passage, or too much."""
    if run.index is None:
        return []
    agents = next((t.agents for t in run.skill.transformations if t.name == record.transformation), ())
    own = record.source.uri if kept_back or agents else ""
    query = sought.search.strip() or record.instruction
    hits: list[Hit] = await run.index.asearch(query, wanted + 6, exclude_source=own)
    found: list[_Found] = [(h.title, _place(h.source), h.snippet, "search") for h in hits]
    # An edited passage and its first version differ in a word: only one of them may be shown.
    return [f for f in found if covered(f[2], record.passage) < _SAME and not (kept_back and _tells(f[2], record))]


def _tells(text: str, record: Record) -> bool:
    """Whether the text gives the answer, or a quote that it rests on."""
    if record.answer_form in ("span", "set", "number") and any(holds(text, key) for key in record.key):
        return True
    parts = [blocks(quote, 80) for quote in record.evidence]
    return any(located(text, part) is not None for quote in parts for part in quote)


def _arranged(found: list[_Found], conflict: Conflict | None, draw: Random) -> list[Json]:
    """The sources in a drawn order with drawn ids, dated where the date decides."""
    order = draw.sample(found, len(found))
    mark = draw.choice(("", "", "", "S"))
    year = draw.randint(2019, 2025)
    sources: list[Json] = []
    for number, (title, url, snippet, origin) in enumerate(order, 1):
        source = {"id": f"{mark}{number}", "title": title, "url": url, "snippet": snippet, "origin": origin}
        if conflict is not None and conflict.counts == "newer":
            back = {"altered": draw.randint(2, 7), "search": draw.randint(1, 9)}.get(origin, 0)
            source["date"] = f"{year - back}-{draw.randint(1, 12):02d}"
        sources.append(source)
    return sources


def _place(uri: str) -> str:
    """An address as it is; of a file the name alone, for its folder is nobody's business."""
    return uri if uri.startswith(("http://", "https://")) else unquote(PurePosixPath(uri).name) or "document"
