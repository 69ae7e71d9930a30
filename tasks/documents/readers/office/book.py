"""EPUB: notes at the end of the chapter that refers to them, wherever the book keeps them; merged cells in each row."""

from __future__ import annotations

import copy
import posixpath
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from urllib.parse import unquote

from tasks.documents.readers.office.marks import mark
from tasks.documents.readers.office.package import Package, parents

_X = "{http://www.w3.org/1999/xhtml}"
_TYPE = "{http://www.idpf.org/2007/ops}type"
_CONTAINER = "META-INF/container.xml"
_LABEL = re.compile(r"[\[(]?(?:\d{1,4}|[*\u2020\u2021\u00a7]{1,3}|[a-z])[\])]?")
_BACK = re.compile(r"[\W_]*")
_MOST_ROWS = 1000


def mend_book(package: Package) -> None:
    """Changes the chapters so that kreuzberg reads the notes too."""
    chapters = list(_chapters(package))
    number, moved = 0, []
    for name in chapters:
        root = package.part(name)
        body = root.find(f"{_X}body")
        if body is None:
            continue
        told: list[ET.Element] = []
        for link in list(root.iter(f"{_X}a")):
            found = _note(package, name, link)
            if found is None:
                continue
            where, note = found
            number += 1
            words = _note_words(note, "".join(link.itertext()).strip())
            moved.append((where, note))
            tail = link.tail
            link.clear()
            link.tag, link.text, link.tail = f"{_X}span", mark(number), tail
            paragraph = ET.Element(f"{_X}p")
            paragraph.text = f"{mark(number)}: {words}"
            told.append(paragraph)
        if _fill_merged(root) or told:
            body.extend(told)
            package.change(name)
    for where, note in moved:
        above = parents(package.part(where)).get(note)
        if above is not None:
            above.remove(note)
            package.change(where)


def _chapters(package: Package) -> Iterator[str]:
    """The pages of the book in order."""
    container = package.part(_CONTAINER)
    book = next(e.get("full-path", "") for e in container.iter() if e.tag.endswith("}rootfile"))
    root = package.part(book)
    pages = {
        e.get("id", ""): posixpath.normpath(posixpath.join(posixpath.dirname(book), unquote(e.get("href", ""))))
        for e in root.iter()
        if e.tag.endswith("}item") and "html" in e.get("media-type", "")
    }
    for place in (e for e in root.iter() if e.tag.endswith("}itemref")):
        if pages.get(place.get("idref", ""), "") in package:
            yield pages[place.get("idref", "")]


def _note(package: Package, name: str, link: ET.Element) -> tuple[str, ET.Element] | None:
    """The page and the element of the note that a link refers to, if it refers to one."""
    page, _, identity = link.get("href", "").partition("#")
    said = "noteref" in link.get(_TYPE, "") or link.get("role") == "doc-noteref"
    if not identity or "backlink" in link.get(_TYPE, "") or link.get("role") == "doc-backlink":
        return None
    if not said and not _LABEL.fullmatch("".join(link.itertext()).strip()):
        return None
    where = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(page))) if page else name
    if where not in package:
        return None
    note = next((e for e in package.part(where).iter() if e.get("id") == identity), None)
    if note is None or not (said or _is_note(note)) or note.tag in {f"{_X}body", f"{_X}section", f"{_X}h1", f"{_X}h2"}:
        return None
    return where, note


def _is_note(element: ET.Element) -> bool:
    told = (
        f"{element.get(_TYPE, '')} {element.get('role', '')} {element.get('class', '')} {element.get('id', '')}".lower()
    )
    return element.tag in {f"{_X}aside", f"{_X}li", f"{_X}p", f"{_X}dd", f"{_X}div"} and (
        "note" in told or re.search(r"\bfn", told) is not None
    )


def _note_words(note: ET.Element, label: str) -> str:
    """What a note says, without its own label and the way back."""
    note = copy.deepcopy(note)
    for link in note.iter(f"{_X}a"):
        text = "".join(link.itertext()).strip()
        if link.get("href") and (_BACK.fullmatch(text) or text.strip("[]().") == label.strip("[]().")):
            tail = link.tail
            link.clear()
            link.tail = tail
    words = " ".join(" ".join(note.itertext()).split())
    bare = re.escape(label.strip("[]()."))
    return re.sub(rf"^[\[(]?{bare}[\])]?[.:]?\s+", "", words)


def _fill_merged(root: ET.Element) -> bool:
    """Writes a cell that is merged downwards into each row that it covers."""
    found = False
    for table in root.iter(f"{_X}table"):
        open_: dict[int, tuple[int, ET.Element]] = {}
        for row in table.iter(f"{_X}tr"):
            cells = [cell for cell in row if cell.tag in {f"{_X}td", f"{_X}th"}]
            filled: list[ET.Element] = []
            while cells or any(place >= len(filled) for place in open_):
                place = len(filled)
                if place in open_:
                    left, cell = open_.pop(place)
                    filled.append(copy.deepcopy(cell))
                    found = True
                    if left > 1:
                        open_[place] = (left - 1, cell)
                    continue
                if not cells:
                    break
                cell = cells.pop(0)
                span = cell.attrib.pop("rowspan", "1")
                if span.isdigit() and int(span) > 1:
                    open_[place] = (min(int(span) - 1, _MOST_ROWS), cell)
                filled.append(cell)
            row[:] = filled
    return found
