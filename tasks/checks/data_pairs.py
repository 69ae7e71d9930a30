"""Figures that a text puts right beside the name of a row: they must be that row's, not another's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from tasks.checks.figures import Figure, figures
from tasks.text.tables import Table
from tasks.text.words import bare

_NUMBER = r"[$\u20ac\u00a3]?\d[\d,]*(?:\.\d+)?"
_BEHIND = rf"[\"\u201d'\u2019]? \((?P<behind>{_NUMBER})(?: ?[A-Za-z\u00b0\u00b2\u00b3/]{{1,12}})?\)"
_BEFORE = rf"(?P<before>{_NUMBER})(?: [A-Za-z\u00b0\u00b2\u00b3/]{{1,12}})? (?:at|in|for) (?:the )?[\"\u201c'\u2018]?"
_STEP = re.compile(
    r"\b(?:by|differ\w*|gap|more|less|fewer|further|rank\w*|place|out of|total|sum|mean|average|together|combined|share"
    r"|change\w*|up|down|above|below|ahead|behind|between|times|each|every|per|not|no)\b|%",
    re.I,
)
_MOST_ROWS = 200


def mispaired(sentence: str, tables: Sequence[Table]) -> bool:
    """Whether a figure in brackets behind one row's name, or right before it, is one that only other rows have."""
    if len(tables) != 1 or len(tables[0].rows) > _MOST_ROWS:
        return False
    table = tables[0]
    cells = [set(_values(row)) for row in table.rows]
    for row, label in enumerate(table.labels):
        if len(bare(label)) < 2 or table.labels.count(label) > 1:
            continue
        for said, stated in _beside(sentence, label):
            if stated:
                others = [own for i, own in enumerate(cells) if i != row and said in own]
                if said not in cells[row] and others and not any(_rounds(v, said) for v in cells[row]):
                    return True
    return False


def _beside(sentence: str, label: str) -> Iterator[tuple[Fraction, bool]]:
    """The figures beside the name, and whether they are told as values of the row and not of a step or rank."""
    name = r"\W+".join(map(re.escape, label.split()))
    for m in re.finditer(rf"(?<![\w-])(?:{name})(?![\w-]){_BEHIND}", sentence, re.I):
        yield from ((f.scaled, _telling(f)) for f in figures(m["behind"]))
    for m in re.finditer(rf"(?<![\w.,]){_BEFORE}(?:{name})(?![\w-])", sentence, re.I):
        clause = re.split(r"[;,(]\s", sentence[: m.start()])[-1]
        yield from ((f.scaled, _telling(f) and not _STEP.search(clause)) for f in figures(m["before"]))


def _telling(figure: Figure) -> bool:
    """Whether a figure so long can hardly be a place or a count."""
    return not figure.is_year and (figure.value >= 10 or figure.places > 0)


def _values(row: Sequence[str]) -> Iterator[Fraction]:
    yield from (v for cell in row for f in figures(cell) for v in (f.value, f.scaled))


def _rounds(value: Fraction, said: Fraction) -> bool:
    return abs(value - said) <= abs(value) / 20
