"""Checks of answers from search results: sources that are sound, and an answer that cites them in the asked way."""

from __future__ import annotations

import re
from dataclasses import replace

from tasks.answers.citations import FOOTER, value_as_text
from tasks.answers.json_object import find_json
from tasks.answers.json_types import mistyped
from tasks.checks.check import Doubt, Finding, together
from tasks.checks.grounding import numbers_grounded
from tasks.kinds.retrieval.citations import MARK, cited_ids, cited_rightly, cited_sentences
from tasks.kinds.retrieval.sources import located
from tasks.kinds.retrieval.support import SUPPORT, WHOLE, share, text_of
from tasks.records import Json, Record
from tasks.text.phrases import says_phrase
from tasks.text.plain import plain
from tasks.text.replies import reply
from tasks.text.sentences import LIST_MARK

_UNSEEN = re.compile(r"\b(?:the|this|above|following|given|provided) (?:passage|excerpt|extract)s?\b")
_NO_PART = ("altered", "written")
"""Origins of sources that a program or an agent made, beside those that were found."""
_ENDED = re.compile(r"[.!?\])][\s\"'”*_)\]]*$")
_STOP = re.compile(r"[.!?]+(?=[\"'”\u2019)]*(?:\s|$))")
_RESULT = re.compile(r"^[^\w\n]*Answer[*_]{0,2}:.*$", re.I | re.M)


def sources_sound(record: Record) -> str | None:
    """Rejects sources that do not hold what the key rests on, or show where a user's file lies."""
    sources = _sources(record)
    if not sources:
        return "no sources"
    if len({s["id"] for s in sources}) < len(sources) or not all(str(s["snippet"]).strip() for s in sources):
        return "two sources with one id, or an empty one"
    places = [s["url"] for s in sources]
    if any(str(s["url"]).startswith(("/", "file:")) or "\\" in str(s["url"]) for s in sources):
        return "a source with the path of a file"
    if any(places.count(s["url"]) > 1 for s in sources if s["origin"] in _NO_PART):
        return "a source that is no part of a page has that page's address"
    if _UNSEEN.search(plain(record.instruction)) and not _UNSEEN.search(plain(record.passage)):
        return "speaks of a passage where the reader has sources"
    if not record.answerable:
        return None
    held = [s["snippet"] for s in sources if s["origin"] == "evidence"]
    for number, quote in enumerate(record.evidence, 1):
        if not any(located(text, quote) for text in held):
            return f"quote {number} is in no source"
    if not record.evidence:
        return "no quote for the key"
    altered = sum(s["origin"] == "altered" for s in sources)
    return "no source contradicts" if record.formal.get("shows") == "conflict" and not altered else None


def sources_cited(record: Record) -> str | Finding | Doubt | None:
    """Rejects an answer that cites in another way than asked, cites what is not there, or none of the sources that decide."""
    sources = _sources(record)
    told = _told(record, [s["id"] for s in sources])
    if told is None:
        return f"the sources are not given in the form {record.formal.get('format')}"
    found = cited_rightly(record, told)
    if isinstance(found, str | Finding):
        return found
    first = _first_answer(record) if record.formal.get("later") else None
    if isinstance(first, str | Finding):
        return first
    # A number that was worked out stands in no source; the key decides about it.
    loose = numbers_grounded(record) if record.answer_form != "number" else None
    doubts = [d for d in (found, first, loose) if d]
    if not record.answerable:
        ends = record.formal.get("format") == "json" or _ENDED.search(FOOTER.sub("", reply(record)))
        return together(doubts) if ends else "the sentence that declines breaks off"
    cited = [s for s in sources if s["id"] in set(_cited(told, sources))]
    conflict = record.formal.get("conflict") or {}
    if conflict.get("counts") == "both" and not any(s["origin"] == "altered" for s in cited):
        return "does not cite the source that contradicts"
    decided = _decided(record, told, sources, cited)
    return decided if isinstance(decided, str) else together([*([decided] if decided else []), *doubts])


def _first_answer(record: Record) -> str | Finding | Doubt | None:
    """What is wrong with the sources of the answer before the follow-up."""
    place = next((n for n, m in enumerate(record.messages[:-1]) if m.get("role") == "assistant"), None)
    if place is None or sum(m.get("role") == "user" for m in record.messages) < 2:
        return "the follow-up was not asked"
    first = replace(record, messages=record.messages[: place + 1])
    told = _told(first, [s["id"] for s in _sources(record)])
    found = cited_rightly(first, told) if told else None
    if isinstance(found, Finding | Doubt):
        return replace(found, problem=f"first answer: {found.problem}")
    return f"first answer: {found}" if found else None


def _cited(told: str, sources: list[Json]) -> list[str]:
    return list(cited_ids(told, {str(s["id"]): s for s in sources}))


def _decided(record: Record, told: str, sources: list[Json], cited: list[Json]) -> str | Doubt | None:
    """Whether a source that decides is cited: one that the key was taken from, or another that says the same."""
    if any(s["origin"] == "evidence" for s in cited):
        # In a conversation the evidence is that of two answers.
        held = not record.formal.get("later") or any(says_phrase(text_of(s), key) for s in cited for key in record.key)
        return None if held else _whether_decides(cited)
    others = [s for s in cited if s["origin"] != "altered"]
    if record.evidence and all(any(located(s["snippet"], quote) for s in others) for quote in record.evidence):
        return None
    if not others:
        return "cites none of the sources that decide"
    # Where sources contradict each other, which one is cited is the point.
    if record.formal.get("shows") == "conflict":
        return _whether_decides(others)
    if record.answer_form in ("span", "set", "number"):
        held = all(any(says_phrase(text_of(s), key) for s in others) for key in record.key)
        return None if held else _whether_decides(others)
    # Another source says the same if it bears out the answer and what the key rests on.
    said = " ".join(sentence for sentence in cited_sentences(told) if _cited(sentence, sources))
    rests = " ".join(record.evidence) or " ".join(str(s["snippet"]) for s in sources if s["origin"] == "evidence")
    own, shared = share(MARK.sub(" ", said), others), share(rests, others)
    return None if shared >= SUPPORT and own >= WHOLE and record.answer_form == "text" else _whether_decides(others)


def _whether_decides(cited: list[Json]) -> Doubt:
    return Doubt(
        "cites none of the sources that decide",
        "Do the sources that are cited settle the question by themselves as the answer has it?",
        {f"source {s['id']}": text_of(s) for s in cited},
    )


def _sources(record: Record) -> list[Json]:
    return list(record.formal.get("sources") or [])


def _told(record: Record, ids: list[str]) -> str | None:
    """The answer with its citations in brackets, whatever form they were asked in; None if it is not that form."""
    text, way = reply(record), record.formal.get("format")
    worked_out = record.answer_form == "number" and record.answerable
    if way == "json":
        found = find_json(text)
        if not isinstance(found, dict) or found.keys() != {"answer", "relevant_passages"}:
            return None
        if record.answerable and mistyped(found, str(record.formal.get("hint") or "")):
            return None
        named = found["relevant_passages"]
        if not isinstance(named, list) or not all(isinstance(n, str | int) for n in named):
            return None
        # One sentence, so that all that is said is held against all that is cited; the footer form below likewise.
        answer = "" if worked_out else value_as_text(found["answer"])
        said = _STOP.sub(" ", re.sub(r"\[[^\]]*\]", " ", answer)).replace("\n", " ")
        return said + "".join(f" [{str(n).strip('[] ')}]" for n in named)
    text = _RESULT.sub("", text) if worked_out else text
    if way == "footer":
        footer = FOOTER.search(text)
        if footer is None or not (worked_out or text[: footer.start()].strip()):
            return text if not record.answerable else None
        body = text[: footer.start()]
        marks = " ".join(m[0] for m in MARK.finditer(body) if set(_cited(m[0], _sources(record))))
        plainly = MARK.sub(lambda m: " " if set(_cited(m[0], _sources(record))) else m[0], body)
        return _STOP.sub(" ", plainly).replace("\n", " ") + f" {marks} {footer['ids']}"
    if way == "list" and record.answerable:
        rows = [line for line in text.splitlines() if LIST_MARK.match(line)]
        if not rows or not all(_ends_cited(row, ids) for row in rows):
            return None
    if way == "quote" and record.answerable and not re.search(r"[\"“”«»„]", text):
        return None
    return text


def _ends_cited(row: str, ids: list[str]) -> bool:
    marks = re.findall(r"\[([^\]]+)\][\s.;,)]*$", row.rstrip("*_ "))
    return bool(marks) and any(part.strip() in ids for part in re.split(r"[,;\s]+", marks[-1]))
