"""Percentages of rows that a sentence names, changes of one row, single cells told in words, and causes that no data gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product

from tasks.checks.figures import Figure, figures, prepare
from tasks.text.number_words import spelled
from tasks.text.tables import Table
from tasks.text.words import bare, holds, words

_CAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|thanks to|caused by|as a result of|result(?:s|ed)? from|attributable to"
    r"|driven by|on account of"
    r"|explained by|the reason (?:is|was|for this))\b(?P<cause>[^.;]{4,120})",
    re.I,
)
_NO_CAUSE = re.compile(
    r"\b(?:not|n't|no|nothing|whether|unclear|open|leaves?|may|might|could|perhaps|possibly|if|unknown|neither)\b", re.I
)
_LONG, _STEM = 5, 5
_CHANGED = re.compile(
    r"\b(?:lost|loses|fell by|falls by|dropped by|declined by|decreased by|shrank by|down|rose by|rises by|grew by"
    r"|grows by|increased by"
    r"|gained|up)(?: (?:about|around|roughly|nearly|almost|some|over|only|just|by|more than))* ?\Z",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:lost|loses|fell|dropped|declined|decreased|shrank|rose|grew|increased|gained)\b[^.;]{0,30}(?:%|per ?cent)",
    re.I,
)
_FEW = 7
_MOST_NAMELESS = 8
"""Rows up to which a share may be any row's without naming it."""
_OF_CELLS = re.compile(
    r"\b(?:than|more|less|fewer|per|average|mean|total|sum|together|altogether|both|each|every|other|another|by|from"
    r"|to|between|first|last"
    r"|second|third|half|double|twice|times|rank\w*|next|until|since|before|after|at least|at most|not|n't|no|without"
    r"|except)\b|%",
    re.I,
)


def names_a_cause(sentence: str, shown: str) -> bool:
    """Whether the sentence says why something is so, in words that the data and the task do not have."""
    m = _CAUSE.search(sentence)
    if m is None or _NO_CAUSE.search(sentence):
        return False
    known = {w[:_STEM] for w in words(shown)}
    return sum(w[:_STEM] not in known for w in words(m["cause"]) if len(w) >= _LONG) > 1


def by_told_share(figure: Figure, wholes: Iterable[Fraction], about: str) -> bool:
    """Whether the figure is a share of one of the wholes that the text `about` it gives in words or per cent, or the rest."""
    if figure.unit == "%":
        return False
    shares = {Fraction(number.value) for number in spelled(about) if number.is_portion}
    shares |= {f.value / 100 for f in figures(about) if f.unit == "%"}
    parts = {part for share in shares if 0 < share < 1 for part in (share, 1 - share, 1 + share)}
    half = Fraction(51, 100) / 10 ** max(0, figure.places)
    wanted = {figure.value, figure.scaled}
    return any(abs(whole * part - value) <= half for whole in wholes for part in parts for value in wanted)


def share_of_named(share: Figure, said: str, bases: frozenset[Fraction], tables: Sequence[Table]) -> bool:
    """Whether a percentage is that of rows, columns or figures which the sentence or the one before it names."""
    half = Fraction(51, 100) / 10 ** max(0, share.places)
    for table in tables:
        rows = [i for i, label in enumerate(table.labels) if len(bare(label)) > 1 and holds(said, label)]
        for part, whole in _fractions(table, rows, bases, said):
            value = 100 * part / whole
            if any(abs(v - share.value) <= half for v in (value, abs(value - 100), 100 - value)):
                return True
    return False


def names_rows(said: str, tables: Sequence[Table]) -> bool:
    return any(len(bare(label)) > 1 and holds(said, label) for table in tables for label in table.labels)


def share_of_a_row(share: Figure, tables: Sequence[Table]) -> bool:
    """Whether a percentage is that of any one row in the whole of its column, which has few rows."""
    half = Fraction(51, 100) / 10 ** max(0, share.places)
    columns = [[Fraction(v) for v in values if v is not None] for table in tables for values in table.numbers.values()]
    return any(
        abs(100 * value / total - share.value) <= half
        for column in columns
        if len(column) <= _MOST_NAMELESS and (total := sum(column, Fraction(0)))
        for value in column
    )


def _fractions(
    table: Table, rows: list[int], bases: frozenset[Fraction], said: str
) -> Iterator[tuple[Fraction, Fraction]]:
    for values in _columns_of(said, table):
        known = [Fraction(v) for v in values if v is not None]
        named = [Fraction(v) for i in rows if (v := values[i]) is not None]
        total = sum(known, Fraction(0))
        parts = {*named, *(a + b for a, b in combinations(named, 2)), sum(named, Fraction(0)), *bases}
        wholes = {total, total / len(known) if known else total, *named, *bases}
        ends = {*known[:1], *known[-1:]}
        pairs = [*product(parts, wholes), *product(ends, {*ends, *named, *bases}), *product({*named, *bases}, ends)]
        yield from ((a, b) for a, b in pairs if b and a != b)
    for row in rows:
        cells = [Fraction(v) for values in table.numbers.values() if (v := values[row]) is not None]
        yield from ((a, b) for a in cells for b in (*cells, sum(cells, Fraction(0))) if b and a != b)


def wrong_of_one_row(clause: str, table: Table, before: str = "") -> str | None:
    """A change of the one row that is named, or a cell of it told in words, that is not the table's.

    A clause without a verb, "and Nes 39 per cent", has that of the clause before it.
    """
    rows = [i for i, label in enumerate(table.labels) if len(bare(label)) > 1 and holds(clause, label)]
    if len(rows) != 1:
        return None
    return _no_change(clause, table, rows[0], _CHANGE.search(before) is not None) or _no_cell(clause, table, rows[0])


def _no_change(clause: str, table: Table, row: int, carried: bool) -> str | None:
    """What is left of an amount, told as what it lost."""
    read = prepare(clause)
    for f in figures(clause):
        if f.unit != "%" or not (_CHANGED.search(read[: f.start]) or (carried and len(clause.split()) < _FEW)):
            continue
        cells = [Fraction(v) for values in table.numbers.values() if (v := values[row]) is not None]
        column = [Fraction(v) for values in table.numbers.values() for v in values if v is not None]
        pairs = [(a, b) for a, b in combinations(cells, 2) if a and b]
        pairs += [(a, b) for a in column for b in cells if a and b and a != b] if len(table.numbers) == 1 else []
        half = Fraction(51, 100) / 10 ** max(0, f.places)
        changes = any(abs(100 * abs(b - a) / a - f.value) <= half for a, b in pairs)
        remains = any(abs(100 * b / a - f.value) <= half for a, b in pairs)
        if remains and not changes:
            return "what is left is told as the change"
    return None


def _no_cell(clause: str, table: Table, row: int) -> str | None:
    """The only figure of a clause that names one row and all the words of one column."""
    label = table.labels[row]
    rest = re.sub(re.escape(label), " ", clause, flags=re.I)
    said = figures(rest)
    stems = {w[:_STEM].rstrip("s") for w in words(rest)}
    named = [p for p in table.numbers if (head := _words_of(table.columns[p])) and head <= stems]
    if len(said) != 1 or len(named) != 1 or _OF_CELLS.search(rest) or said[0].unit == "%":
        return None
    value = table.numbers[named[0]][row]
    if value is None or len(_words_of(table.columns[named[0]])) < 2:
        return None
    off = abs(Fraction(value) - said[0].scaled)
    return "a figure that is not that of the row" if off > Fraction(1, 2) * 10 ** max(0, -said[0].places) else None


def _columns_of(said: str, table: Table) -> list[tuple[Decimal | None, ...]]:
    """The columns of numbers that the text names in some form; all of them if it names none."""
    stems = {w[:_STEM].rstrip("s") for w in words(said)}
    named = [values for p, values in table.numbers.items() if (head := _words_of(table.columns[p])) and head <= stems]
    return named or list(table.numbers.values())


def _words_of(column: str) -> set[str]:
    return {w[:_STEM].rstrip("s") for w in words(re.sub(r"[(\[].*$", "", column.replace("_", " "))) if len(w) > 2}
