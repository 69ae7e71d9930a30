"""Documents of any format become records: found, read, normalised, cut into pieces; what is unfit becomes a reject."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from tasks.documents import rows
from tasks.documents.chunk import chunk
from tasks.documents.code import readable
from tasks.documents.content import HEAD, by_content
from tasks.documents.discover import Found, load_file, open_file
from tasks.documents.extract import Extractor
from tasks.documents.formats import Format, by_mime, by_name
from tasks.documents.markup import prose, without_blobs
from tasks.documents.plain import decoded
from tasks.documents.readers import Note, Reading
from tasks.documents.rows.separated import separator_named
from tasks.documents.tables import header, is_table, parts
from tasks.records import Json, Record, Reject, Rejected, Source, digest, identified, rng
from tasks.settings import Settings
from tasks.text.encoding import normalise
from tasks.text.words import count_words

__all__ = ["Document", "read"]

_HEADING = re.compile(r"^#{1,2} +(.+?)#*$", re.MULTILINE)
_API = re.compile(r"""(?m)^\s*\{?\s*["']?(?:openapi|swagger)["']?\s*:""")
_API_JSON = re.compile(r'"(?:openapi|swagger)"\s*:')
_SEPARATED = frozenset({"csv", "tsv"})


@dataclass(frozen=True, slots=True)
class Document:
    """A file or a row, read: its pieces, or why there are none."""

    pieces: list[Record] = field(default_factory=list)
    reject: Reject | None = None
    notes: tuple[Note, ...] = ()
    """What its text lacks; each piece has them in its lineage too."""


@dataclass(frozen=True, slots=True)
class _Text:
    """What reading made of a file or a row: its text, or a problem."""

    uri: str
    kind: str
    text: str = ""
    title: str = ""
    notes: tuple[Note, ...] = ()
    problem: tuple[str, str] | None = None


def read(
    files: Sequence[Found], settings: Settings, *, kinds: Collection[str], skill: str, limit: int = 0
) -> Iterator[Document]:
    """The documents in these files, one at a time, in their order, rows in the order of their file.

    A piece is a :class:`Record` with its passage; its source tells the span. `kinds` are those the skill takes; after
    `limit` usable documents it stops. A file or row that is unfit in whatever way is a :class:`Reject` in its place.
    """
    seen: dict[bytes, str] = {}
    usable = 0
    size = int(settings.max_document_mb * 1_000_000)
    with Extractor(settings.extraction_seconds, size) as extractor:
        for found in files:
            for item in _texts(found, settings, size, kinds, extractor):
                document = _document(item, settings, skill, seen)
                yield document
                usable += document.reject is None
                if limit and usable >= limit:
                    return


def _document(item: _Text, settings: Settings, skill: str, seen: dict[bytes, str]) -> Document:
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


def _texts(
    found: Found, settings: Settings, size: int, kinds: Collection[str], extractor: Extractor
) -> Iterator[_Text]:
    """The texts of a file: one, or one per row; a problem of the file is a text with a problem."""
    form, data = by_name(found.uri), None
    try:
        if found.problem:
            raise Rejected(*found.problem)
        if form.reader not in ("sniff", "refuse") and not ("text" in kinds and form.detail == "json"):
            _require(form, kinds)  # no need to look: its bytes make no other kind of it
        if form.reader == "sniff" or "text" in kinds:
            form, data = _told_apart(found, form, size)
        if form.reader == "refuse":
            raise Rejected("unsuited_format", form.detail)
        _require(form, kinds)
        if form.reader == "rows" and form.detail in _SEPARATED and "table" in kinds:
            with open_file(found) as stream:
                table = _table(stream.read(size + 1), size, settings.text_column)
            if table:
                yield _Text(found.uri, "table", *table)
                return
        if form.reader == "rows":
            with open_file(found) as stream:
                if not stream.read(1):
                    raise Rejected("empty", "the file is empty")
                stream.seek(0)
                for row in rows.read_rows(stream, form.detail, settings.text_column, size):
                    yield _Text(f"{found.uri}#row={row.number}", form.kind, row.text, row.title, row.notes, row.problem)
            return
        data = load_file(found, size) if data is None else data
        if not data:
            raise Rejected("empty", "the file is empty")
        yield _Text(found.uri, form.kind, *_whole(form, data, extractor))
    except Rejected as rejected:
        yield _Text(found.uri, form.kind, problem=(rejected.reason, rejected.detail))


def _told_apart(found: Found, named: Format, size: int) -> tuple[Format, bytes | None]:
    """The format that the file's first bytes show, and all its bytes where looking took them: one request to a far place."""
    if named.reader == "sniff" and found.mime:
        named = by_mime(found.mime)
    if found.size > size and named.reader not in ("refuse", "rows") and named.detail != "json":
        return named, load_file(found, size)
    if found.filesystem is None:
        with open_file(found) as stream:
            head = stream.read(HEAD)
        return by_content(head, named, whole=len(head) < HEAD), None
    if named.reader in ("refuse", "rows"):
        return named, None
    data = load_file(found, size)
    return by_content(data[:HEAD], named, whole=len(data) <= HEAD), data


def _table(data: bytes, size: int, column: str) -> Reading | None:
    """The text of a table, or nothing if it is none; of one that is too large, the rows that fit, and a note."""
    if b"\0" in data[:HEAD] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    try:
        text, notes = decoded(data if len(data) <= size else data[: data.rfind(b"\n", 0, size) + 1])
    except Rejected:
        return None  # as rows it is rejected with what can be said
    if not is_table(text, column):
        return None
    if len(data) > size:
        notes = (*notes, Note("rows_left_out", f"only the first {size} bytes of it are read (max_document_mb)"))
    first, _, rest = text.lstrip("\ufeff\r\n").partition("\n")
    return Reading(rest if separator_named(first) else text, notes=notes)


def _whole(form: Format, data: bytes, extractor: Extractor) -> Reading:
    if form.reader == "extract":
        return extractor.extract("document", data, form.detail)
    text, notes = decoded(data)
    if form.reader == "text":
        reading = prose(text, form.detail) if form.kind == "text" else Reading(text)
        return reading._replace(notes=(*notes, *reading.notes))
    # A look for the word spares the parser, and a process, most files of data.
    if not (_API_JSON if form.detail == "json" else _API).search(text):
        raise Rejected("unsuited_format", f"{form.detail} that is not an OpenAPI description is data, not a document")
    return extractor.extract("api", text.encode("utf-8", "replace"), form.detail)


def _require(form: Format, kinds: Collection[str]) -> None:
    if form.kind not in kinds:
        seen = f"{form.detail} is read as an API description only" if form.reader == "api" else form.kind
        raise Rejected("unsuited_kind", f"{seen}; the skill takes {', '.join(sorted(kinds))}")


def _heading(kind: str, text: str) -> str:
    match = _HEADING.search(text[:4000]) if kind == "text" else None
    return _one_line(match.group(1)) if match else ""


def _one_line(title: str) -> str:
    return " ".join(normalise(title[:1000]).split())[:200]
