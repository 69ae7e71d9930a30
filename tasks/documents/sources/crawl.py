"""Pages of a crawl: WARC files, and Common Crawl's texts (WET)."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from tasks.documents.discover import printable
from tasks.documents.formats import Format, by_mime, by_name
from tasks.documents.sources.member import Member
from tasks.records import Rejected

_PAGES = frozenset({"response", "conversion", "resource"})
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_CREDENTIALS = re.compile(r"://[^/]*@")


def pages(stream: BinaryIO, limit: int) -> Iterator[Member]:
    """What servers answered with, texts made of it and single resources; :class:`Rejected` from where it is damaged."""
    from warcio.archiveiterator import ArchiveIterator  # few runs read crawls

    records = iter(ArchiveIterator(stream))
    while True:
        try:
            record = next(records, None)
            member = _page(record, limit) if record is not None and record.rec_type in _PAGES else None
        except Rejected:
            raise
        except Exception as error:  # whatever a damaged record leads the parser to
            raise Rejected("broken", f"unreadable from here on ({type(error).__name__})") from None
        if record is None:
            return
        if member:
            yield member


def _page(record: Any, limit: int) -> Member:
    uri = record.rec_headers.get_header("WARC-Target-URI") or record.rec_headers.get_header("WARC-Record-ID") or "?"
    place = "!/" + printable(_CREDENTIALS.sub("://", uri.strip("<>")))[:500]
    kind = record.rec_headers.get_header("Content-Type") or ""
    if record.http_headers is not None:
        kind = record.http_headers.get_header("Content-Type") or ""
        status = record.http_headers.get_statuscode()
        if status != "200":
            return Member(
                place,
                Format("sniff"),
                problem=("unsuited_format", f"no page: its status is {status[:3]}"),
            )
    form = by_mime(kind)
    if form.reader == "sniff":
        form = by_name(uri.partition("?")[0])
        form = form if form.reader in ("text", "extract") else Format("sniff")
    data = record.content_stream().read(limit + 1)
    return Member(place, form, io.BytesIO(_as_utf8(data, kind) if len(data) <= limit else data))


def _as_utf8(data: bytes, kind: str) -> bytes:
    """A text in the encoding that the server named; a mark at its start says that it is UTF-8 now."""
    named = _CHARSET.search(kind)
    if not named or not (kind.startswith("text/") or "html" in kind):
        return data
    name = {"iso-8859-1": "cp1252", "us-ascii": "cp1252"}.get(named.group(1).lower(), named.group(1))
    try:
        if codecs.lookup(name).name == "utf-8" or data.startswith(codecs.BOM_UTF8):
            return data
        return codecs.BOM_UTF8 + data.decode(name).encode()
    except (LookupError, ValueError):
        return data
