"""Lines of a region, and the lines that only the page has: running heads, feet and page numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from tasks.documents.readers.pdf.glyphs import Run

_EDGE = 0.13
"""The part of a page, above and below, in which a running head may stand."""
_NUMBER = re.compile(r"\d+")
_FIGURE = re.compile(r"\d+|\b[ivxl]+\b")
_FOLIO = re.compile(
    r"\W*(?:page|seite|p\.)?\W*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of|von|de)\s*\d{1,4})?\W*", re.IGNORECASE
)


@dataclass(slots=True)
class Line:
    """Runs on one base line in the order of reading; those that stand close are one cell."""

    cells: list[Run]
    body: Run
    """All of the line as one run: its text, its place, the size and look of most of it."""

    @property
    def text(self) -> str:
        return self.body.text


def lines_of(runs: Sequence[Run], leftwards: bool) -> list[Line]:
    """The lines of a region from above; a raised or lowered mark belongs to the line that it touches."""
    rows: list[list[Run]] = []
    for run in sorted(_without_initials(runs), key=lambda run: -run.middle):
        row = rows[-1] if rows else None
        if row and any(_level(run, other) for other in row):
            row.append(run)
        else:
            rows.append([run])
    return [_line(row, leftwards) for row in rows]


def _without_initials(runs: Sequence[Run]) -> list[Run]:
    """The runs with a large first letter of a chapter joined to the line beside its top."""
    found = list(runs)
    for initial in [run for run in runs if len(run.text.strip()) == 1 and run.text.strip().isalpha()]:
        height = initial.top - initial.bottom
        beside = [
            run
            for run in found
            if run is not initial
            and 1.7 * (run.top - run.bottom) < height
            and -2 < run.left - initial.right < height
            and initial.bottom < run.middle < initial.top
        ]
        if len(beside) > 1:
            first = max(beside, key=lambda run: run.middle)
            at = found.index(first)
            found[at] = replace(first, text=initial.text.strip() + first.text, left=initial.left)
            found = [run for run in found if run is not initial]
    return found


def _level(run: Run, other: Run) -> bool:
    shared = min(run.top, other.top) - max(run.bottom, other.bottom)
    beside = run.left >= other.right - 1 or run.right <= other.left + 1
    return beside and shared > 0.5 * min(run.top - run.bottom, other.top - other.bottom)


def _line(row: list[Run], leftwards: bool) -> Line:
    row.sort(key=lambda run: -run.right if leftwards else run.left)
    cells: list[Run] = []
    for run in row:
        before = cells[-1] if cells else None
        gap = max(run.left - before.right, before.left - run.right) if before else 0.0
        if before and gap < 1.0 * max(run.size, before.size):
            cells[-1] = _joined([before, run], " " if gap > 0.17 * max(run.size, before.size) else "")
        else:
            cells.append(run)
    return Line(cells, _joined(cells, " "))


def _joined(runs: list[Run], mark: str) -> Run:
    if len(runs) == 1:
        return runs[0]
    text = runs[0].text
    for run in runs[1:]:
        text += run.text if text.endswith(" ") or run.text.startswith(" ") else mark + run.text
    most = max(runs, key=lambda run: len(run.text))
    return Run(
        text,
        min(run.left for run in runs),
        max(run.right for run in runs),
        most.bottom,
        most.top,
        most.size,
        sum(len(run.text) for run in runs if run.bold) * 2 > len(text),
        all(run.fixed for run in runs),
    )


def without_running(pages: Sequence[Sequence[Run]], heights: Sequence[float]) -> list[list[Run]]:
    """The runs of each page less its running head and foot: what stands at the same height, at the edge, page after page.

    It is the same text, or one that differs in figures or counts the pages and stands apart from the text of the page.
    """
    edges = [_edges(runs, height) for runs, height in zip(pages, heights, strict=True)]
    seen = _Seen()
    for page, (tops, feet) in enumerate(edges):
        for row in (*tops, *feet):
            seen.add(row, page)
    kept = []
    for page, runs in enumerate(pages):
        gone: set[int] = set()
        for rows in edges[page]:
            for row in rows:
                if not seen.runs_on(row, page, len(pages)):
                    break  # what lies further in than a line of text is text
                gone.update(id(run) for run in row.runs)
        kept.append([run for run in runs if id(run) not in gone])
    return kept


@dataclass(slots=True)
class _Row:
    """A row at the edge of a page; `apart`: further from the next row inwards than lines are, or set in another size."""

    runs: list[Run]
    apart: bool

    @property
    def text(self) -> str:
        return " ".join(run.text.strip() for run in self.runs)

    @property
    def place(self) -> int:
        return round(self.runs[0].bottom / 6)

    @property
    def ends(self) -> list[int]:
        """The figures with which it begins or ends, as a page number does."""
        found = [match for match in _NUMBER.finditer(self.text) if len(match.group()) < 5]
        return [int(m.group()) for m in found if not m.start() or m.end() == len(self.text)]


class _Seen:
    """On which pages a text, or a count of pages, stands at which height."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, str], set[int]] = defaultdict(set)
        self._counted: dict[tuple[int, int], set[int]] = defaultdict(set)

    def add(self, row: _Row, page: int) -> None:
        for place in (row.place - 1, row.place, row.place + 1):
            for text in {row.text, _FIGURE.sub("#", row.text)}:
                self._told[place, text].add(page)
            for number in (*row.ends, *(int(n) for n in _NUMBER.findall(row.text)[:1] if len(n) < 5)):
                self._counted[place, number - page].add(page)

    def runs_on(self, row: _Row, page: int, pages: int) -> bool:
        if len(row.text) > 120:
            return False
        least = max(2, min(3, pages // 3))
        if len(self._told[row.place, row.text]) >= least:
            return True
        numbers = _NUMBER.findall(row.text)
        if _FOLIO.fullmatch(row.text):
            return pages == 1 or not numbers or len(self._counted[row.place, int(numbers[0]) - page]) > 1
        return row.apart and (
            len(self._told[row.place, _FIGURE.sub("#", row.text)]) >= least
            or any(len(self._counted[row.place, number - page]) >= 3 for number in row.ends)
        )


def _edges(runs: Sequence[Run], height: float) -> tuple[list[_Row], list[_Row]]:
    """The rows at the head and at the foot of a page, two each at most, from its edge inwards."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: -run.middle):
        if rows and abs(rows[-1][0].middle - run.middle) < 0.4 * (run.top - run.bottom):
            rows[-1].append(run)
        else:
            rows.append([run])
    if len(rows) < 3:
        return [], []
    steps = sorted(a[0].middle - b[0].middle for a, b in pairwise(rows))
    usual = steps[len(steps) // 2]

    def row(index: int, inwards: int) -> _Row:
        mine, next_ = rows[index], rows[index + inwards]
        far = abs(mine[0].middle - next_[0].middle) > 1.25 * usual
        return _Row(sorted(mine, key=lambda run: run.left), far or abs(mine[0].size - next_[0].size) > 0.5)

    tops = [row(index, 1) for index in (0, 1) if rows[index][0].middle > (1 - _EDGE) * height]
    feet = [row(index, -1) for index in (-1, -2) if rows[index][0].middle < _EDGE * height]
    return tops, feet


def pitch(lines: Sequence[Line]) -> float:
    """The usual distance between two lines; 0 for fewer than two."""
    steps = [a.body.middle - b.body.middle for a, b in pairwise(lines)]
    steps = [step for step in steps if step > 1]
    return median(steps) if steps else 0.0


def body_size(lines: Sequence[Line]) -> float:
    """The size in which most of a document is set."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.body.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0
