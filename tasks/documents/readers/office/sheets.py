"""Excel: what is on view of its sheets, and merged cells with their value in each row."""

from __future__ import annotations

import copy
import re
import xml.etree.ElementTree as ET

from tasks.documents.readers.office.package import Package

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MENDED = re.compile(rb"""mergeCell [^>]*?ref="[A-Z]+(\d+):[A-Z]+(?!\1")|hidden=["'](?:1|true)""")  # merged over rows
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MOST_FILLED = 2_000
"""Rows that a merged cell is written into at most."""


def mend_sheets(package: Package) -> None:
    """Changes the workbook and its sheets so that kreuzberg reads what a person sees."""
    main = package.main()
    sheets = package.part(main).find(f"{_S}sheets")
    names = {identity: name for identity, sort, name in package.relations(main) if sort == "worksheet"}
    for sheet in list(sheets) if sheets is not None else []:
        name = names.get(sheet.get(f"{_R}id", ""), "")
        if sheets is not None and sheet.get("state", "visible") != "visible":
            sheets.remove(sheet)
            package.change(main)
        elif package.holds(name, _MENDED):
            root = package.part(name)
            hidden = _cut_hidden(root)
            if _fill_merged(root) or hidden:
                package.change(name)


def _cut_hidden(root: ET.Element) -> bool:
    """Takes hidden rows out, and the cells of hidden columns."""
    columns = {
        number
        for column in root.iter(f"{_S}col")
        if column.get("hidden") in {"1", "true"}
        for number in range(int(column.get("min", "1")), min(int(column.get("max", "1")), 16384) + 1)
    }
    rows = root.find(f"{_S}sheetData")
    found = False
    for row in list(rows) if rows is not None else []:
        if rows is not None and row.get("hidden") in {"1", "true"}:
            rows.remove(row)
            found = True
            continue
        for cell in list(row) if columns else []:
            if _column(cell.get("r", "")) in columns:
                row.remove(cell)
                found = True
    return found


def _fill_merged(root: ET.Element) -> bool:
    """Writes the value of a cell that is merged downwards into the first cell of each row that it covers."""
    merged = root.find(f"{_S}mergeCells")
    data = root.find(f"{_S}sheetData")
    if merged is None or data is None:
        return False
    rows = {row.get("r", ""): row for row in data}
    found = False
    for span in merged:
        first, _, last = span.get("ref", "").partition(":")
        start, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
        if not start or not end:
            continue
        origin = next((cell for cell in rows.get(start.group(2), ()) if cell.get("r") == first), None)
        if origin is None or not len(origin):
            continue
        for number in range(int(start.group(2)) + 1, min(int(end.group(2)), int(start.group(2)) + _MOST_FILLED) + 1):
            row = rows.get(str(number))
            if row is not None:
                _write(row, origin, f"{start.group(1)}{number}")
                found = True
    return found


def _write(row: ET.Element, origin: ET.Element, place: str) -> None:
    filled = copy.deepcopy(origin)
    filled.set("r", place)
    for formula in filled.findall(f"{_S}f"):
        filled.remove(formula)
    cells = [cell for cell in row if cell.get("r") != place]
    cells.append(filled)
    row[:] = sorted(cells, key=lambda cell: _column(cell.get("r", "")))


def _column(place: str) -> int:
    """The number of a column, from 1; 0 for none."""
    number = 0
    for letter in place:
        if not letter.isalpha():
            break
        number = 26 * number + ord(letter) - 64
    return number
