"""The order in which a page is read: columns of prose one after the other, whatever order they are drawn in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from statistics import median

from tasks.documents.readers.pdf.glyphs import Run

_LEAST_LINES = 3
_LEAST_CHARACTERS = 18
"""Cells of a table are shorter than the lines of a column of prose."""


def regions(runs: Sequence[Run], leftwards: bool) -> list[list[Run]]:
    """The runs in groups that are read one after the other; `leftwards`: the right column comes first."""
    if not runs:
        return []
    best: tuple[int, list[list[Run]]] = (0, [])
    for gutter in _gutters(runs, leftwards):
        found = _split(runs, gutter, leftwards)
        if found[0] > best[0]:
            best = found
    if not best[0]:
        return [list(runs)]
    return [part for group in best[1] for part in regions(group, leftwards)]


def _gutters(runs: Sequence[Run], leftwards: bool) -> list[float]:
    """Where a column may begin: just before a place at which at least three runs begin, from the side of reading."""
    edges = [-run.right if leftwards else run.left for run in runs]
    starts = Counter(round(edge / 4) for edge in edges)
    found: list[float] = []
    for start, _ in starts.most_common():
        if starts[start] + starts[start + 1] + starts[start - 1] < _LEAST_LINES:
            continue
        first = min(edge for edge in edges if abs(edge / 4 - start) <= 1.5)
        if not any(abs(first - other) < 2 for other in found):
            found.append(first)
    return [1.0 - edge if leftwards else edge - 1.0 for edge in found[:12]]


def _split(runs: Sequence[Run], gutter: float, leftwards: bool) -> tuple[int, list[list[Run]]]:
    """How many runs stand in columns beside this gutter, and the groups: what crosses it parts those above and below."""
    groups: list[list[Run]] = []
    beside, full = 0, False
    for across, band in groupby(sorted(runs, key=lambda run: -run.middle), lambda run: run.left < gutter < run.right):
        lines = list(band)
        left, right = [r for r in lines if r.right <= gutter], [r for r in lines if r.left >= gutter]
        if not across and _columns(left, right):
            beside += len(lines)
            groups += [right, left] if leftwards else [left, right]
            full = False
        elif full:
            groups[-1].extend(lines)  # full lines that follow one another stay together
        else:
            groups.append(lines)
            full = True
    return beside, groups


def _columns(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Whether two groups are columns of prose: side by side, with a gutter between them that no space in a line is as wide as."""
    if min(len(left), len(right)) < _LEAST_LINES:
        return False
    top = min(max(r.top for r in left), max(r.top for r in right))
    bottom = max(min(r.bottom for r in left), min(r.bottom for r in right))
    height = max(r.top for r in (*left, *right)) - min(r.bottom for r in (*left, *right))
    ends, starts = sorted(r.right for r in left), sorted(r.left for r in right)
    gutter = starts[len(starts) // 10] - ends[-1 - len(ends) // 10]  # a heading or two may reach into it
    wide = gutter > 0.7 * median(r.top - r.bottom for r in (*left, *right))
    return wide and top - bottom > 0.25 * height and _prose(left) and _prose(right)


def _prose(runs: Sequence[Run]) -> bool:
    """Lines of a column: several, long, and most of them as wide as the column."""
    edge, end = min(r.left for r in runs), max(r.right for r in runs)
    lines: Counter[int] = Counter()
    letters: Counter[int] = Counter()
    for run in runs:
        lines[round(run.bottom / 4)] += round(run.right - run.left)
        letters[round(run.bottom / 4)] += len(run.text)
    long = sum(width > 0.6 * (end - edge) for width in lines.values())
    several = len(lines) >= _LEAST_LINES and 2 * long >= len(lines)
    return several and sum(letters.values()) >= _LEAST_CHARACTERS * len(lines)
