"""Word, PowerPoint, Excel, OpenDocument and books (EPUB): the parts of a package are mended before kreuzberg reads them.

What a reader of the page sees is put where kreuzberg finds it (notes, text boxes, merged cells), and what nobody sees is
taken out (moved and hidden text, hidden slides, sheets, rows and columns).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tasks.documents.readers.office.book import mend_book
from tasks.documents.readers.office.marks import restored
from tasks.documents.readers.office.opendocument import mend_open
from tasks.documents.readers.office.package import Package
from tasks.documents.readers.office.sheets import mend_sheets
from tasks.documents.readers.office.slides import mend_slides
from tasks.documents.readers.office.words import mend_words

__all__ = ["mended", "settled"]

_OPENXML = "application/vnd.openxmlformats-officedocument."
_BLANK_ROW = re.compile(r"^\|(?:[ ]*\|)+\n(?!\| *---)", re.MULTILINE)
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d) 00:00:00(?= \|)")
_MENDERS: dict[str, Callable[[Package], None]] = {
    f"{_OPENXML}wordprocessingml.document": mend_words,
    "application/vnd.ms-word.document.macroEnabled.12": mend_words,
    f"{_OPENXML}presentationml.presentation": mend_slides,
    f"{_OPENXML}spreadsheetml.sheet": mend_sheets,
    "application/vnd.oasis.opendocument.text": mend_open,
    "application/vnd.oasis.opendocument.spreadsheet": mend_open,
    "application/epub+zip": mend_book,
}


def mended(data: bytes, mime: str) -> bytes:
    """The package mended; as it is where its type needs none, or where its parts cannot be read: the reader says so then."""
    mend = _MENDERS.get(mime)
    if mend is None:
        return data
    try:
        package = Package(data)
        mend(package)
        return package.packed()
    except (ValueError, LookupError, SyntaxError, OSError):  # a part is missing, is no XML or no zip
        return data


def settled(text: str) -> str:
    """What kreuzberg made of a mended package, with marks of notes and all signs, dates without an hour, no blank rows."""
    return restored(_MIDNIGHT.sub(r"\1", _BLANK_ROW.sub("", text)))
