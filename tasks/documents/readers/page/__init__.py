"""Web pages: the main text, without navigation, notices and related links, and without what no reader sees."""

from __future__ import annotations

import codecs
import contextlib
import re
from collections.abc import Callable

from lxml import etree

from tasks.documents.readers import Note, Reading, Unusable
from tasks.documents.readers.page.boilerplate import Counts, count_words, drop, main_part, without_boilerplate
from tasks.documents.readers.page.formulas import BACKSLASH, write_formulas
from tasks.documents.readers.page.tables import settle_tables
from tasks.documents.readers.page.visible import without_hidden
from tasks.text.encoding import detected

__all__ = ["read_page"]

_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]{0,200}?\bcharset|\?xml\b[^>]{0,200}?\bencoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I
)
_WORD = re.compile(r"\w")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MOST_FOREIGN = 0.1
"""The part of a page's bytes that are no ASCII where it is of a language that Windows-1252 writes."""
_TOLD = 0.5
"""The part of the words of the main text that its Markdown has to hold; else it comes as plain text."""
_KEPT = 0.5
"""The part of the words outside links that the main text has to hold; else the page is taken whole."""


def read_page(data: bytes, markdown: Callable[[bytes], str]) -> Reading:
    """The main text and title of a page; `markdown` turns HTML in UTF-8, as it stands, into Markdown.

    Landmarks (`main`, a single `article`) and what elements are and are called tell the main text; asides and `details` within it
    stay. A page that would lose most of its prose is taken whole. Raises :class:`Unusable`.
    """
    text, notes = _decoded(data)
    root = _parsed(text)
    if root is None:
        return Reading("", notes=notes)
    title = " ".join(root.findtext(".//title", "").split())
    body = root.find("body")
    body = root if body is None else body
    before = Counts(body)
    part: etree._Element | None = main_part(body, before)
    assert part is not None
    words, prose = without_boilerplate(part, before)
    kept, total = before.words(part) - words, before.words(body)
    if not kept or (part is body and before.prose(body) - prose < _KEPT * before.prose(body)):
        part = _parsed(text)
    elif kept < total:
        gone = f"{total - kept:,} of {total:,} words left out: navigation, notices, links"
        notes = (*notes, Note("page_parts", gone))
    if part is None:
        return Reading("", title, notes)
    settle_tables(part)
    told = markdown(b"<html><body>" + etree.tostring(part, encoding="utf-8", method="html") + b"</body></html>")
    if count_words(told) < _TOLD * min(kept or total, total):
        told = "\n\n".join(filter(None, (" ".join(str(text).split()) for text in part.itertext())))
        notes = (*notes, Note("plain_text", "1 page without its headings and tables: it is not to be had as Markdown"))
    return Reading(told.replace(BACKSLASH, "\\"), title, notes)


def _parsed(text: str) -> etree._Element | None:
    """The page without what no reader sees, formulas written out; None where nothing is in it."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise Unusable("broken", "its elements are nested too deep to be read")
    if root is None:
        return None
    write_formulas(root)
    without_hidden(root, text)
    for link in list(root.iter("a")):
        if (len(link) or len(link.text or "") < 3) and not any(map(_WORD.search, map(str, link.itertext()))):
            drop(link)  # the sign beside a heading
    return root


def _decoded(data: bytes) -> tuple[str, tuple[Note, ...]]:
    """A byte order mark and the page's own declaration are heeded; without one it is what browsers take it for."""
    declared = _CHARSET.search(data[:4096])
    named = declared.group(1).decode("ascii", "ignore").lower() if declared else ""
    named = "cp1252" if named in {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"} else named  # as browsers do
    guesses = [name for mark, name in _MARKS if data.startswith(mark)] or ["utf-8", named or "utf-8"]
    for name in guesses:
        try:
            return data.decode(name), ()
        except (LookupError, ValueError):
            continue
    shown = detected(data) if not named else None
    if shown and shown.sure and not shown.codec.startswith("mac"):  # which no server sends
        return data.decode(shown.codec), (Note("encoding", f"not UTF-8: read as {shown.name}, which its bytes show"),)
    if not named and sum(byte > 127 for byte in data) <= _MOST_FOREIGN * len(data):
        with contextlib.suppress(ValueError):
            return data.decode("cp1252"), (Note("encoding", "it names no encoding: read as Windows-1252"),)
    raise Unusable(
        "wrong_encoding", "neither UTF-8 nor what the page declares; if it is Latin-1: iconv -f LATIN1 -t UTF-8"
    )
