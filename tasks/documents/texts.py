"""The texts of a file: one, one per row, one per member of an archive; what is unfit is a text with a problem."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from tasks.documents.content import by_content
from tasks.documents.discover import Found, open_file
from tasks.documents.extract import Extractor
from tasks.documents.formats import Format, by_mime, by_name
from tasks.documents.ignored import Ignored
from tasks.documents.markup import prose
from tasks.documents.plain import decoded
from tasks.documents.readers import Note, Reading
from tasks.documents.rows import read_rows
from tasks.documents.rows.separated import separator_named
from tasks.documents.sources.archives import tar_members, zip_members
from tasks.documents.sources.crawl import pages
from tasks.documents.sources.mailbox import messages
from tasks.documents.sources.member import Member
from tasks.documents.sources.stream import HEAD, head_of
from tasks.documents.sources.unpacked import unpacked
from tasks.documents.tables import is_table
from tasks.records import Rejected
from tasks.settings import Settings

_API = re.compile(r"""(?m)^\s*\{?\s*["']?(?:openapi|swagger)["']?\s*:""")
_API_JSON = re.compile(r'"(?:openapi|swagger)"\s*:')
_SEPARATED = frozenset({"csv", "tsv"})
_COLUMNS = frozenset({"parquet", "arrow", "feather"})
_CODECS = frozenset({"gzip", "bzip2", "xz", "zstd"})
_HELD = 16_000_000
"""Bytes of a member that are kept in memory where it must be read to and fro; the rest goes to the disk."""


@dataclass(frozen=True, slots=True)
class Text:
    """What reading made of a file or a row: its text, or a problem."""

    uri: str
    kind: str
    text: str = ""
    title: str = ""
    notes: tuple[Note, ...] = ()
    problem: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads files for a skill that takes documents of `kinds`, none above `size` bytes."""

    settings: Settings
    size: int
    kinds: Collection[str]
    extractor: Extractor

    def of_file(self, found: Found) -> Iterator[Text]:
        """The texts of a file, in order, read once from front to back."""
        form = by_name(found.uri)
        if form.reader == "sniff" and found.mime:
            form = by_mime(found.mime)
        try:
            if found.problem:
                raise Rejected(*found.problem)
            far = found.filesystem is not None
            if form.reader == "refuse" and (far or "text" not in self.kinds):
                raise Rejected("unsuited_format", form.detail)
            if form.reader not in ("sniff", "refuse", "packed") and not (
                "text" in self.kinds and form.detail == "json"
            ):
                self._require(form)  # no need to look: its bytes make no other kind of it
            whole = form.reader in ("text", "extract") or (form.reader == "api" and form.detail != "json")
            if whole and found.size > self.size:
                raise Rejected("too_large", f"{found.size} bytes; the limit is {self.size} (max_document_mb)")
            with open_file(found) as stream:
                yield from self._of_stream(found.uri, form, stream, 0)
        except Rejected as rejected:
            yield Text(found.uri, form.kind, problem=(rejected.reason, rejected.detail))

    def _of_stream(self, uri: str, form: Format, stream: BinaryIO, depth: int) -> Iterator[Text]:
        """The texts of a fresh stream, of the format its name tells; `depth`: 0 for a file, 1 in a compressed one, else 2."""
        stream, head = head_of(stream)
        if form.reader in ("sniff", "packed") or "text" in self.kinds:
            form = by_content(head, form, whole=len(head) < HEAD)
        try:
            if form.reader == "refuse":
                raise Rejected("unsuited_format", form.detail)
            if not head:
                raise Rejected("empty", "the file is empty")
            if form.reader == "packed":
                yield from self._of_packed(uri, form.detail, stream, depth)
                return
            self._require(form)
            if form.detail in _SEPARATED and "table" in self.kinds and self._table(head):
                yield Text(uri, "table", *self._whole_table(stream))
            elif form.reader == "rows":
                with self._to_and_fro(stream, form, depth) as rows:
                    for row in read_rows(rows, form.detail, self.settings.text_column, self.size):
                        yield Text(f"{uri}#row={row.number}", form.kind, row.text, row.title, row.notes, row.problem)
            else:
                data = stream.read(self.size + 1)
                if len(data) > self.size:
                    raise Rejected("too_large", f"more than {self.size} bytes (max_document_mb)")
                yield Text(uri, form.kind, *self._whole(form, data))
        except Rejected as rejected:
            yield Text(uri, form.kind, problem=(rejected.reason, rejected.detail))

    def _of_packed(self, uri: str, how: str, stream: BinaryIO, depth: int) -> Iterator[Text]:
        if depth == 2 or (depth == 1 and how in (_CODECS | {"zip"})):
            raise Rejected("unsuited_format", "an archive inside an archive; unpack it first")
        if how in _CODECS:
            yield from self._of_stream(uri, by_name(_inner(uri)), unpacked(stream, how), 1)
            return
        for member in self._members(how, stream):
            if member.stream is None or member.problem:
                yield Text(uri + member.place, member.form.kind, problem=member.problem)
            else:
                yield from self._of_stream(uri + member.place, member.form, member.stream, 2)

    def _members(self, how: str, stream: BinaryIO) -> Iterator[Member]:
        ignored = Ignored("", self.settings.read_ignored)
        match how:
            case "zip":
                return zip_members(stream, ignored)
            case "tar":
                return tar_members(stream, ignored)
            case "warc":
                return pages(stream, self.size)
        return messages(stream, self.size)

    def _to_and_fro(self, stream: BinaryIO, form: Format, depth: int) -> BinaryIO:
        """A stream of rows; one of columns can be read from its end, which a packed one cannot."""
        if form.detail not in _COLUMNS or depth == 0:
            return stream
        held = tempfile.SpooledTemporaryFile(_HELD)  # noqa: SIM115  (the caller closes it)
        shutil.copyfileobj(stream, held)
        held.seek(0)
        return cast(BinaryIO, held)

    def _table(self, head: bytes) -> bool:
        """Whether a file of separated values that begins so is a table; one in an unknown encoding is told as rows."""
        try:
            text, _ = decoded(head if len(head) < HEAD else head[: head.rfind(b"\n") + 1])
        except Rejected:
            return False
        return is_table(text, self.settings.text_column)

    def _whole_table(self, stream: BinaryIO) -> Reading:
        """The text of a table; of one that is too large, the rows that fit, and a note."""
        data = stream.read(self.size + 1)
        text, notes = decoded(data if len(data) <= self.size else data[: data.rfind(b"\n", 0, self.size) + 1])
        if len(data) > self.size:
            left = f"only the first {self.size} bytes of it are read (max_document_mb)"
            notes = (*notes, Note("rows_left_out", left))
        first, _, rest = text.lstrip("\ufeff\r\n").partition("\n")
        return Reading(rest if separator_named(first) else text, notes=notes)

    def _whole(self, form: Format, data: bytes) -> Reading:
        if form.reader == "extract":
            return self.extractor.extract("document", data, form.detail)
        text, notes = decoded(data)
        if form.reader == "text":
            reading = prose(text, form.detail) if form.kind == "text" else Reading(text)
            return reading._replace(notes=(*notes, *reading.notes))
        # A look for the word spares the parser, and a process, most files of data.
        if not (_API_JSON if form.detail == "json" else _API).search(text):
            raise Rejected(
                "unsuited_format", f"{form.detail} that is not an OpenAPI description is data, not a document"
            )
        return self.extractor.extract("api", text.encode("utf-8", "replace"), form.detail)

    def _require(self, form: Format) -> None:
        if form.kind not in self.kinds:
            seen = f"{form.detail} is read as an API description only" if form.reader == "api" else form.kind
            raise Rejected("unsuited_kind", f"{seen}; the skill takes {', '.join(sorted(self.kinds))}")


def _inner(name: str) -> str:
    """The name of what a compressed file holds."""
    stem, _, suffix = name.rpartition(".")
    if suffix.lower() in {"tgz", "tbz", "tbz2", "txz", "tzst"}:
        return f"{stem}.tar"
    return stem if stem and by_name(name).reader == "packed" else name.rpartition("/")[2].replace(".", "_")
