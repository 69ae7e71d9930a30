"""OpenDocument (odt, ods): cells that another covers, spaces, notes with their marks; nothing that is hidden."""

from __future__ import annotations

import copy
import re
import xml.etree.ElementTree as ET

from tasks.documents.readers import Unusable
from tasks.documents.readers.office.marks import mark
from tasks.documents.readers.office.package import Package, cut, parents

_SPACE = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}"
_OFFICE, _TEXT, _TABLE, _STYLE = (_SPACE.format(name) for name in ("office", "text", "table", "style"))
_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_LOCKED = re.compile(rb"encryption-data")
_GONE = {f"{_TEXT}tracked-changes", f"{_TEXT}hidden-text", f"{_TEXT}hidden-paragraph", f"{_OFFICE}annotation"}
_SPACES = {f"{_TEXT}s", f"{_TEXT}tab"}
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_MOST_COLUMNS = 1000


def mend_open(package: Package) -> None:
    """Changes the content so that kreuzberg reads what a person sees; :class:`Unusable` where a password locks it."""
    if package.holds(_MANIFEST, _LOCKED):
        raise Unusable("broken", "locked with a password")
    root = package.part(_CONTENT)
    _keep_tails(root, _GONE)
    cut(root, _GONE)
    _cut_hidden(root)
    for space in root.iter():
        if space.tag in _SPACES:
            space.tag, space.text = f"{_TEXT}span", " "
            space.attrib.clear()
    _write_notes(root)
    for table in root.iter(f"{_TABLE}table"):
        _fill_covered(table)
    package.change(_CONTENT)


def _keep_tails(root: ET.Element, gone: set[str]) -> None:
    """Gives the text after each of these elements to what stands before it, so that it stays."""
    for parent in root.iter():
        before: ET.Element | None = None
        for child in parent:
            if child.tag in gone and child.tail:
                if before is None:
                    parent.text = (parent.text or "") + child.tail
                else:
                    before.tail = (before.tail or "") + child.tail
            elif child.tag not in gone:
                before = child


def _cut_hidden(root: ET.Element) -> None:
    styles = {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        for look in style
        if look.get(f"{_TEXT}display") == "none" or look.get(f"{_TABLE}display") == "false"
    }
    named = (f"{_TEXT}style-name", f"{_TABLE}style-name")
    for parent in list(root.iter()):
        for child in list(parent):
            hidden = child.get(f"{_TEXT}display") == "none" or child.get(f"{_TABLE}visibility") in {
                "collapse",
                "filter",
            }
            if hidden or any(child.get(name, "") in styles for name in named):
                child.tag = f"{_TEXT}hidden-text"
    _keep_tails(root, _GONE)
    cut(root, _GONE)


def _write_notes(root: ET.Element) -> None:
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    above = parents(root)
    told: list[ET.Element] = []
    for number, note in enumerate(list(root.iter(f"{_TEXT}note")), 1):
        said = note.find(f"{_TEXT}note-body")
        words = " ".join("".join(said.itertext()).split()) if said is not None else ""
        place = list(above[note]).index(note)
        sign = ET.Element(f"{_TEXT}span")
        sign.text, sign.tail = mark(number), note.tail
        above[note][place] = sign
        paragraph = ET.Element(f"{_TEXT}p")
        paragraph.text = f"{mark(number)}: {words}"
        told.append(paragraph)
    if body is not None:
        body.extend(told)


def _fill_covered(table: ET.Element) -> None:
    """Turns each covered cell into one that says what the cell above or beside it says, so that no cell shifts."""
    above: list[ET.Element] = []
    for row in table.iter(f"{_TABLE}table-row"):
        filled: list[ET.Element] = []
        reach = 0  # columns that the cell beside covers too
        for cell in [cell for cell in row if cell.tag in _CELLS]:
            times = min(int(cell.get(f"{_TABLE}number-columns-repeated", "1")), _MOST_COLUMNS)
            if cell.tag == f"{_TABLE}table-cell":
                reach = int(cell.get(f"{_TABLE}number-columns-spanned", "1")) - 1
                filled.extend([cell] * times)
                continue
            at = list(row).index(cell)
            row.remove(cell)
            for offset in range(times):
                origin = filled[-1] if reach > 0 else above[len(filled)] if len(filled) < len(above) else None
                reach -= 1
                copied = copy.deepcopy(origin) if origin is not None else ET.Element(f"{_TABLE}table-cell")
                copied.attrib.pop(f"{_TABLE}number-columns-repeated", None)
                row.insert(at + offset, copied)
                filled.append(copied)
        above = filled
    for cell in table.iter(f"{_TABLE}table-cell"):
        for name in ("rows", "columns"):
            cell.attrib.pop(f"{_TABLE}number-{name}-spanned", None)
