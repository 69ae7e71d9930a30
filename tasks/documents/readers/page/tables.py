"""Tables of a page: merged cells written into each row that they cover; tables that only lay a page out are none."""

from __future__ import annotations

import copy

from lxml import etree

_MOST_ACROSS = 20
_MOST_FILLED = 5_000
"""Cells that are written in for merged ones, over a page."""


def settle_tables(root: etree._Element) -> None:
    """Makes each table one that Markdown can hold."""
    filled = 0
    for table in list(root.iter("table")):
        if _lays_out(table):
            for element in [table, *table.iter("thead", "tbody", "tfoot", "tr", "td")]:
                if next(element.iterancestors("table"), table) is table:
                    element.tag = "div"
        elif filled < _MOST_FILLED:
            filled += _fill_merged(table)


def _lays_out(table: etree._Element) -> bool:
    if table.get("role") in {"presentation", "none"}:
        return True
    if next(table.iter("th", "caption"), None) is not None:
        return False
    cells = sum(1 for _ in table.iter("td"))
    return cells < 2 or next(table.iterdescendants("table", "h1", "h2", "h3", "h4", "pre"), None) is not None


def _fill_merged(table: etree._Element) -> int:
    """How many cells were written in."""
    added = 0
    open_: dict[int, tuple[int, etree._Element]] = {}
    for row in [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]:
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        told: list[etree._Element] = []
        while (cells or any(place >= len(told) for place in open_)) and added < _MOST_FILLED:
            place = len(told)
            if place in open_:
                left, above = open_.pop(place)
                told.append(copy.deepcopy(above))
                added += 1
                if left > 1:
                    open_[place] = (left - 1, above)
                continue
            if not cells:
                break
            cell = cells.pop(0)
            down, across = _span(cell, "rowspan", 1_000), _span(cell, "colspan", _MOST_ACROSS)
            for number in range(across):
                told.append(cell if number == 0 else _beside(cell))
                added += number > 0
                if down > 1:
                    open_[place + number] = (down - 1, told[-1])
        row[:] = [*told, *cells]
    return added


def _span(cell: etree._Element, name: str, most: int) -> int:
    told = str(cell.attrib.pop(name, "1")).strip()
    return min(int(told), most) if told.isascii() and told.isdigit() and int(told) else 1


def _beside(cell: etree._Element) -> etree._Element:
    """What stands in the columns that a cell covers besides its first: a head its words, others nothing."""
    if cell.tag == "th":
        return copy.deepcopy(cell)
    return etree.Element("td")
