"""What the first bytes of a file say it is; they decide, whatever its name says."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

from tasks.documents.formats import Format, archive, binary, by_mime, by_name, extracted
from tasks.documents.rows.objects import is_array

_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"%PDF-", extracted("pdf")),
    (b"{\\rtf", extracted("rtf")),
    (b"\x1f\x8b", Format("packed", detail="gzip")),
    (b"BZh", Format("packed", detail="bzip2")),
    (b"\xfd7zXZ\x00", Format("packed", detail="xz")),
    (b"\x28\xb5\x2f\xfd", Format("packed", detail="zstd")),
    (b"WARC/1.", Format("packed", detail="warc")),
    (b"7z\xbc\xaf\x27\x1c", archive),
    (b"Rar!\x1a\x07", archive),
    (b"PAR1", Format("rows", detail="parquet")),
    (b"ARROW1", Format("rows", detail="arrow")),
    (b"\x89PNG\r\n", by_mime("image/png")),
    (b"\xff\xd8\xff", by_mime("image/jpeg")),
    (b"GIF8", by_mime("image/gif")),
    (b"II*\x00", by_mime("image/tiff")),
    (b"MM\x00*", by_mime("image/tiff")),
    (b"\x7fELF", binary),
    (b"MZ\x90", binary),
    (b"SQLite format 3\x00", binary),
    (b"\xca\xfe\xba\xbe", binary),
    (b"OggS", by_mime("audio/ogg")),
    (b"ID3", by_mime("audio/mpeg")),
)
_ZIP = Format("packed", detail="zip")
_TAR = Format("packed", detail="tar")
_MBOX = re.compile(rb"From \S[^\n]{0,200}\d{4}\r?\n(?=[A-Za-z][A-Za-z0-9-]{1,40}:[ \t])")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (("WordDocument", "doc"), ("PowerPoint Document", "ppt"), ("Workbook", "xls"), ("Book", "xls"))
_OPEN_XML = (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))
_MIMETYPE = re.compile(rb"mimetype(application/[\w.+-]+)")
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title)\b", re.I | re.S
)
_FRAGMENT = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:div|p|h[1-6]|article|section|main|table|ul|ol|center)\b", re.I | re.S
)
_CLOSED = re.compile(rb"</(?:p|div|h[1-6]|li|td|article|section)>", re.I)
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]")
_MAIL = {b"from", b"subject", b"date", b"message-id", b"mime-version", b"received", b"return-path", b"delivered-to"}
_MAIL_SURE = {b"message-id", b"mime-version", b"received", b"return-path", b"delivered-to"}
_NOTEBOOK = re.compile(rb'\s*\{(?=.*"nbformat"|\s*"cells"\s*:)', re.S)
_LATEX = re.compile(rb"(?:\s*%[^\n]*\n)*\s*\\documentclass\b")
_TEXTUAL = frozenset({"text", "rows", "api", "sniff", "packed"})


def by_content(head: bytes, named: Format, whole: bool = True) -> Format:
    """The format of a file that begins with `head` (`whole` if that is all of it), where its name says `named`.

    A file that is a document of a foreign format is read as that; one whose name promises such a format and that is plain text
    is read as text. Where the bytes say nothing, the name stands; where that says nothing either, it is text.
    """
    sure = _certain(head, whole)
    if sure == _ZIP and named.detail in _PACKED:
        return named  # its members may lie further on
    if sure is not None and sure.reader == "packed" and named.reader == "refuse":
        return named  # programs and models are archives too
    if sure is not None:
        return sure
    if named.detail == "json" and is_array(head):
        return Format("rows", detail="json")
    looks = _textual(head)
    if looks == extracted("html") and named == by_name("a.xml"):
        return looks
    if looks == extracted("eml") and named == extracted("html"):
        return looks  # a page saved with its pictures
    if named.reader == "sniff" and looks is None and _FRAGMENT.match(head) and len(_CLOSED.findall(head)) > 2:
        return extracted("html")
    if looks is not None and (named.reader in _TEXTUAL or named.detail in _PACKED) and named.kind != "code":
        return looks
    if named.detail in _PACKED:
        return Format("text") if _is_text(head) else named
    if named.reader == "sniff" or (named.reader == "packed" and named.detail != "tar" and _is_text(head)):
        return Format("text", kind="code") if head.startswith(b"#!") else Format("text")
    return named


_PACKED = frozenset(
    extracted(suffix).detail
    for suffix in ("pdf", "docx", "docm", "pptx", "xlsx", "doc", "ppt", "xls", "odt", "ods", "epub", "msg")
)


def _certain(head: bytes, whole: bool) -> Format | None:
    """What bytes tell that no text begins with."""
    if head.startswith(b"PK\x03\x04"):
        return _packed(head, whole)
    if head.startswith(_OLE):
        found = (extracted(suffix) for name, suffix in _STREAMS if name.encode("utf-16-le") in head)
        return next(found, None)
    if head[257:262] == b"ustar":
        return _TAR
    return next((found for magic, found in _MAGIC if head.startswith(magic)), None)


def _packed(head: bytes, whole: bool) -> Format:
    """A zip container: an office file or a book by its members, else an archive."""
    if found := _MIMETYPE.search(head[:200]):
        return by_mime(found.group(1).decode("ascii"))
    for folder, suffix in _OPEN_XML:
        if any(name.startswith(folder) for name in _members(head, whole)):
            return extracted(suffix)
    return _ZIP


def _members(head: bytes, whole: bool) -> Iterable[str]:
    if whole:
        try:
            return zipfile.ZipFile(io.BytesIO(head)).namelist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return ()
    return (name.decode("latin-1") for name in re.findall(rb"PK\x03\x04.{26}([\w./\[\]-]{3,80})", head, re.S))


def _textual(head: bytes) -> Format | None:
    """What the beginning of a text tells of its format."""
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16", "ignore").encode() if wide else head.lstrip(b"\xef\xbb\xbf")
    if _PAGE.match(text):
        return extracted("html")
    if _MBOX.match(text):
        return Format("packed", detail="mbox")
    if _is_mail(text):
        return extracted("eml")
    if _NOTEBOOK.match(text[:400]) and b'"cell_type"' in text:
        return extracted("ipynb")
    return extracted("tex") if _LATEX.match(text) else None


def _is_mail(text: bytes) -> bool:
    """Whether it begins with the headers of a mail: several of them, one that only mail has among them."""
    seen: set[bytes] = set()
    for line in text.splitlines()[:40]:
        if not line.strip():
            break
        header = _HEADER.match(line)
        if header is None and not line.startswith((b" ", b"\t")):
            return False
        if header:
            seen.add(header.group(1).lower())
    return len(seen & _MAIL) >= 3 and bool(seen & _MAIL_SURE)


def _is_text(head: bytes) -> bool:
    return bool(head) and b"\0" not in head and not head.startswith((b"PK", _OLE))
