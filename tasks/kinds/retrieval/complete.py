"""The sources of a question: what a search in the document set really finds, and the stretches that its key rests on."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from random import Random
from typing import Any

from pydantic import ValidationError

from tasks.agents.kind import SkillRun
from tasks.checks.instruction import answer_hidden
from tasks.kinds.retrieval.addresses import address, place_of
from tasks.kinds.retrieval.contract import Conflict, Sought
from tasks.kinds.retrieval.lookalikes import written
from tasks.kinds.retrieval.sources import (
    LAYOUTS,
    SIZES,
    SUITED,
    blocks,
    covered,
    demand,
    excerpt,
    excerpts,
    located,
    long_words,
)
from tasks.records import Json, Record, Rejected, identified, rng
from tasks.text.words import bare, holds, words
from tasks.tools.search.index import Hit

_COUNTS = (5, 5, 6, 6, 7, 8, 8, 9, 10, 12, 14, 17, 20)
"""Sources that a task shows; fewer where the document set has no more."""
_RUN = 4
"""Words of a quote in a row that give it away."""
_CONVERSATION = "follow_up_query"
_SAME = 0.8
"""A hit shares so much with a source that is there already, or with the passage, that it is the same text."""
_Found = tuple[str, str, str, str]
"""Title, place, snippet, and where it comes from: evidence, altered, passage, search or written."""


async def retrieve(record: Record, run: SkillRun) -> Record:
    """The record with its sources, their layout and the form of citation; without an answer where they are kept back."""
    try:
        sought = Sought.model_validate(record.formal or {})
    except ValidationError:
        raise Rejected("malformed", "the search is not in its form") from None
    if record.task_type == _CONVERSATION and not sought.later.strip():
        raise Rejected("malformed", "the task type needs a second message in `later`")
    sought = sought.model_copy(update={"later": sought.later.strip() if record.task_type == _CONVERSATION else ""})
    draw = rng(run.seed, "sources", record.parent, record.instruction, record.passage)
    kept_back = sought.shows == "nothing" or not record.answerable
    title, size = record.source.title or place_of(record.source.uri), draw.choice(SIZES)
    own = _others(record, sought, title, size, draw) if kept_back else _evidence(record, sought, title, size, draw)
    wanted = max(draw.choice(_COUNTS), len(own) + 1)
    near = [] if kept_back else _others(record, sought, title, size, draw)[: draw.choice((0, 1, 1, 2))]
    found = own[: draw.choice((1, 2))] if kept_back else own
    hits = await _hits(record, run, sought, wanted, kept_back, size)
    events: list[Json] = []
    places = [place for _, place, _, _ in hits] or [place_of(record.source.uri)]
    taken = {place_of(record.source.uri), *(place for _, place, _, _ in [*own, *hits])}
    lookalikes: list[_Found] = [
        (name, address(name, draw.choice(places), taken), snippet, "written")
        for name, snippet in await written(record, sought, run, draw, size, events)
        if not (kept_back and _tells(snippet, record))
    ]
    for item in [*near, *lookalikes, *hits]:
        if len(found) < wanted and all(covered(item[2], other) < _SAME for _, _, other, _ in found):
            found.append(item)
    # Where the evidence is kept back the key goes too, so this is the last time that the two can be compared.
    if kept_back and (told := answer_hidden(record)):
        raise Rejected("answer_hidden", told, events)
    if sought.later and (told := answer_hidden(replace(record, instruction=sought.later))):
        raise Rejected("answer_hidden", told, events)
    if not found:
        raise Rejected("no_sources", "the search found nothing to show", events)
    way = draw.choice(SUITED.get(record.answer_form, SUITED["text"]))
    sources = _arranged(found, sought.conflict, draw)
    formal = {
        **sought.model_dump(),
        "sources": sources,
        "layout": draw.choice(sorted(LAYOUTS)),
        "format": way,
        "hint": demand(record.answer_form, way, sources[0]["id"], draw, sought.later or record.instruction),
    }
    gone: dict[str, Any] = {"answerable": False, "key": [], "evidence": []} if kept_back else {}
    return identified(replace(record, formal=formal, lineage=[*record.lineage, *events], **gone))


def _evidence(record: Record, sought: Sought, title: str, size: int, draw: Random) -> list[_Found]:
    """The excerpts that hold the evidence, and a source that contradicts it where that is wanted."""
    parts = excerpts(record.passage, record.evidence, size, draw)
    if not parts:
        raise Rejected("evidence", "a quote is not in the passage, or there is none")
    place = place_of(record.source.uri)
    found: list[_Found] = [(title, place, part, "evidence") for part in parts]
    if sought.shows != "conflict":
        return found
    conflict = _sound(record, sought.conflict)
    span = located(record.passage, conflict.quote)
    if span is None:
        raise Rejected("conflict", "the sentence to contradict is not in the passage")
    said = conflict.altered.rstrip(".!? ")
    other = record.passage[: span[0]] + said + record.passage[span[1] :]
    altered = excerpt(other, (span[0], span[0] + len(said)), size, draw)
    name = f"{title}, earlier version" if conflict.counts == "newer" else f"Notes on {title}"
    return [*found, (name, address(name, place, {place}), altered, "altered")]


def _sound(record: Record, conflict: Conflict | None) -> Conflict:
    if conflict is None:
        raise Rejected("conflict", "no sentence is named that a source contradicts")
    alike = SequenceMatcher(None, bare(conflict.quote), bare(conflict.altered), autojunk=False).ratio()
    if bare(conflict.quote) == bare(conflict.altered) or alike < 0.6 or located(record.passage, conflict.altered):
        raise Rejected("conflict", "the altered sentence is not the same with one fact changed")
    if record.answer_form in ("span", "number") and any(holds(conflict.altered, key) for key in record.key):
        raise Rejected("conflict", "the altered sentence still gives the key")
    return conflict


def _others(record: Record, sought: Sought, title: str, size: int, draw: Random) -> list[_Found]:
    """Other parts of the passage, those nearest the query first; none that holds evidence or key."""
    asked = long_words(f"{sought.search} {record.instruction} {sought.later}")
    parts: list[str] = []
    for block in blocks(record.passage, size // 2):
        span = located(record.passage, block)
        part = excerpt(record.passage, span, size, draw) if span else block
        parts += [] if _tells(part, record) else [part]
    parts.sort(key=lambda part: -len(asked & long_words(part)))
    return [(title, place_of(record.source.uri), part, "passage") for part in parts]


async def _hits(record: Record, run: SkillRun, sought: Sought, wanted: int, kept_back: bool, size: int) -> list[_Found]:
    """What the search finds; the record's own document is left out where it says otherwise than the passage, or too much."""
    if run.index is None:
        return []
    agents = next((t.agents for t in run.skill.transformations if t.name == record.transformation), ())
    own = record.source.uri if kept_back or agents else ""
    query = sought.search.strip() or record.instruction
    hits: list[Hit] = await run.index.asearch(query, wanted + 6, exclude_source=own, characters=size)
    found: list[_Found] = [(h.title, place_of(h.source), h.snippet, "search") for h in hits]
    # An edited passage and its first version differ in a word: only one of them may be shown.
    return [f for f in found if covered(f[2], record.passage) < _SAME and not (kept_back and _tells(f[2], record))]


def _tells(text: str, record: Record) -> bool:
    """Whether the text gives the answer, or a quote that it rests on."""
    if record.answer_form in ("span", "set", "number") and any(holds(text, key) for key in record.key):
        return True
    # A piece that is cut may begin or end within a quote.
    runs = (run for quote in record.evidence for run in _runs(quote))
    return any(located(text, run) is not None for run in runs)


def _runs(quote: str) -> list[str]:
    """Every run of a few words of a quote, or the whole of a short one."""
    found = list(words(quote))
    return [" ".join(found[i : i + _RUN]) for i in range(max(1, len(found) - _RUN + 1))]


def _arranged(found: list[_Found], conflict: Conflict | None, draw: Random) -> list[Json]:
    """The sources in a drawn order with drawn ids, dated where the date decides."""
    order = draw.sample(found, len(found))
    mark = draw.choice(("", "", "", "S"))
    year = draw.randint(2019, 2025)
    sources: list[Json] = []
    for number, (title, url, snippet, origin) in enumerate(order, 1):
        source = {"id": f"{mark}{number}", "title": title, "url": url, "snippet": snippet, "origin": origin}
        if conflict is not None and conflict.counts == "newer":
            back = {"altered": draw.randint(2, 7), "search": draw.randint(1, 9), "written": draw.randint(0, 9)}.get(
                origin, 0
            )
            source["date"] = f"{year - back}-{draw.randint(1, 12):02d}"
        sources.append(source)
    return sources
