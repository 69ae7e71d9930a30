"""Documents of any format become records: found, read, normalised, cut into pieces; what is unfit becomes a reject."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from tasks.documents.chunk import chunk
from tasks.documents.code import readable
from tasks.documents.discover import Found
from tasks.documents.extract import Extractor
from tasks.documents.markup import without_blobs
from tasks.documents.readers import Note
from tasks.documents.tables import header, parts
from tasks.documents.texts import Reader, Text
from tasks.records import Json, Record, Reject, Rejected, Source, digest, identified, rng
from tasks.settings import Settings
from tasks.text.encoding import normalise
from tasks.text.words import count_words

__all__ = ["Document", "read"]

_HEADING = re.compile(r"^#{1,2} +(.+?)#*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """A file or a row, read: its pieces, or why there are none."""

    pieces: list[Record] = field(default_factory=list)
    reject: Reject | None = None
    notes: tuple[Note, ...] = ()
    """What its text lacks; each piece has them in its lineage too."""


def read(
    files: Iterable[Found],
    settings: Settings,
    *,
    kinds: Collection[str],
    skill: str,
    limit: int = 0,
    wanted: Callable[[Found, Source], bool] | None = None,
) -> Iterator[Document]:
    """The documents in these files, one at a time, in their order, rows in the order of their file.

    A piece is a :class:`Record` with its passage; its source tells the span. `kinds` are those the skill takes; after
    `limit` usable documents it stops. A file or row that is unfit in whatever way is a :class:`Reject` in its place; one that
    is not `wanted` is passed over.
    """
    seen: dict[bytes, str] = {}
    usable = 0
    size = int(settings.max_document_mb * 1_000_000)
    with Extractor(settings.extraction_seconds, size) as extractor:
        reader = Reader(settings, size, kinds, extractor)
        for found in files:
            for item in reader.of_file(found):
                document = _document(item, settings, skill, seen, partial(wanted, found) if wanted else _any)
                if document is None:
                    continue
                yield document
                usable += document.reject is None
                if limit and usable >= limit:
                    return


def _any(_: Source) -> bool:
    return True


def _document(
    item: Text, settings: Settings, skill: str, seen: dict[bytes, str], wanted: Callable[[Source], bool]
) -> Document | None:
    source = Source(id="", uri=item.uri, kind=item.kind, title=_one_line(item.title))
    try:
        if item.problem:
            raise Rejected(*item.problem)
        text, notes = normalise(item.text), item.notes
        count = count_words(text)
        if not count:
            raise Rejected("empty", "holds no text")
        text, encoded = without_blobs(text)
        text, long = readable(text) if item.kind == "code" else (text, ())
        if encoded or long:
            text, notes = normalise(text), (*notes, *encoded, *long)
            count = count_words(text)
        if count < settings.min_words and item.kind != "table":
            raise Rejected("too_short", f"{count} words; at least {settings.min_words} are asked for (min_words)")
        key = digest(text)
        source = Source(id=key[:16], uri=item.uri, kind=item.kind, title=source.title or _heading(item.kind, text))
        if not wanted(source):
            return None
        if earlier := seen.get(mark := bytes.fromhex(key[:24])):
            raise Rejected("duplicate", f"same text as {earlier}")
        seen[mark] = item.uri
    except Rejected as rejected:
        record = identified(Record(source=source, skill=skill))
        return Document(reject=Reject(record=record, step="documents", reason=rejected.reason, detail=rejected.detail))
    head = header(text) + "\n" if item.kind == "table" else ""
    spans = (
        parts(text, settings.chunk_words)
        if head
        else chunk(text, item.kind, settings.chunk_words, settings.chunk_overlap_words)
    )
    if 0 < settings.chunks_per_document < len(spans):
        drawn = rng(source.id, "chunks").sample(range(len(spans)), settings.chunks_per_document)
        spans = [spans[index] for index in sorted(drawn)]
    events = [{"step": "documents", "note": note.detail, "reason": note.reason} for note in notes]
    return Document([_piece(source, text, span, head, skill, events) for span in spans], notes=notes)


def _piece(source: Source, text: str, span: tuple[int, int], head: str, skill: str, events: list[Json]) -> Record:
    """The record of a span; what is passed on begins with `head`, the header of a table."""
    start, end = span
    start = 0 if start == len(head) else start
    passage = text[start:end] if start == 0 else head + text[start:end]
    place = Source(id=source.id, uri=source.uri, kind=source.kind, title=source.title, start=start, end=end)
    return identified(Record(source=place, skill=skill, passage=passage, lineage=events))


def _heading(kind: str, text: str) -> str:
    match = _HEADING.search(text[:4000]) if kind == "text" else None
    return _one_line(match.group(1)) if match else ""


def _one_line(title: str) -> str:
    return " ".join(normalise(title[:1000]).split())[:200]
