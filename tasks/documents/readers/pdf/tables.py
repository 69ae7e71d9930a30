"""Tables that only the places of their cells show; an empty cell stays empty, so nothing shifts to the left."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise

from tasks.documents.readers.pdf.glyphs import Run
from tasks.documents.readers.pdf.lines import Line

_MOST_COLUMNS = 20
_MOST_ROWS = 300
"""Lines of a page that one table may have."""
_LABEL = 40
"""Characters of a cell at most that may stand alone in the first column."""

Span = tuple[float, float]


def table_at(lines: Sequence[Line], start: int, step: float) -> tuple[list[list[str]], int]:
    """The rows of a table that begins at this line, and how many lines they take; no rows if none begins there.

    A table has at least two lines with several cells in common columns.
    """
    block: list[Line] = []
    for line in islice(lines, start, start + _MOST_ROWS):
        if block and not _near(block[-1], line, step):
            break
        if len(line.cells) < 2 and (not block or not _lone(block, line)):
            break
        block.append(line)
    columns = _columns(block)
    if not 2 <= len(columns) <= _MOST_COLUMNS:
        return [], 0
    rows: list[list[str]] = []
    taken = several = 0
    for number, line in enumerate(block):
        places = _places(line.cells, columns)
        if places is None:
            break
        row = [""] * len(columns)
        for place, cell in zip(places, line.cells, strict=True):
            row[place] = cell.text.strip()
        if rows and len(places) == 1 and _continues(line, places[0], block[number - 1], step):
            rows[-1] = [f"{old} {new}".strip() for old, new in zip(rows[-1], row, strict=True)]
        else:
            rows.append(row)
        taken, several = taken + 1, several + (len(places) > 1)
    return (rows, taken) if several >= 2 else ([], 0)


def table_text(rows: Sequence[Sequence[str]], leftwards: bool) -> str:
    """Rows as a Markdown table."""
    told = ["| " + " | ".join(c.replace("|", "\\|") for c in (row[::-1] if leftwards else row)) + " |" for row in rows]
    return "\n".join([told[0], "|" + " --- |" * len(rows[0]), *told[1:]])


def _near(above: Line, below: Line, step: float) -> bool:
    return above.body.bottom - below.body.top < 1.5 * max(step, below.body.size)


def _lone(block: Sequence[Line], line: Line) -> bool:
    """Whether a line with one cell may go on with a table: below a later column, or as a label whose other cells are empty."""
    cell, before = line.cells[0], next(line for line in reversed(block) if len(line.cells) > 1)
    if abs(cell.left - block[0].cells[0].left) < 2:
        label = len(cell.text) < _LABEL and cell.text.rstrip()[-1:] not in ".!?:;,"
        return label and cell.right < before.cells[1].left
    if len(block[-1].cells) < 2:
        return abs(cell.left - block[-1].cells[0].left) < 2
    return any(other.left - 2 < cell.left < other.right for other in before.cells[1:])


def _columns(lines: Sequence[Line]) -> list[Span]:
    """The columns, from the rows with the most cells."""
    most = max((len(line.cells) for line in lines), default=0)
    full = [line for line in lines if len(line.cells) == most]
    columns = _merged(full)
    return columns if len(columns) == most else _merged(full[:1])


def _merged(lines: Sequence[Line]) -> list[Span]:
    columns: list[Span] = []
    for left, right in sorted((cell.left, cell.right) for line in lines for cell in line.cells):
        if columns and left < columns[-1][1] + 1:
            columns[-1] = (columns[-1][0], max(right, columns[-1][1]))
        else:
            columns.append((left, right))
    return columns


def _places(cells: Sequence[Run], columns: Sequence[Span]) -> list[int] | None:
    """The column of each cell: the first that it lies over, or the nearest; nothing if two would share one."""
    found = []
    for cell in cells:
        over = [i for i, (left, right) in enumerate(columns) if min(cell.right, right) - max(cell.left, left) > 1]
        near = min(range(len(columns)), key=lambda i: max(columns[i][0] - cell.right, cell.left - columns[i][1]))
        found.append(over[0] if over else near)
    ordered = sorted(found)
    return None if any(a == b for a, b in pairwise(ordered)) else found


def _continues(line: Line, place: int, above: Line, step: float) -> bool:
    """A lone cell that goes on with the row above: not in the first column, and close below."""
    return place > 0 and above.body.middle - line.body.middle < 1.3 * max(step, 1)
