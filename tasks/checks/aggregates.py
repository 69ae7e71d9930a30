"""What follows from a table by one step: sums, means, extremes, differences, ratios, shares and counts of its parts."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from statistics import median

from tasks.checks.spreads import correlations, growths, products, rests, spreads
from tasks.text.tables import Table, read_tables

_MOST_ROWS = 60
"""Rows of a table that are combined in pairs; a longer one is summed and counted only."""
MOST_GROUPS = 12
_FEW_GROUPS = 4
_MOST_PAIRS = 20_000
_CHANCE = 0.02
"""Share of the values of one size that follow from the data, up to which one of them follows by no accident."""
Values = tuple[Fraction, ...]


@lru_cache(maxsize=256)
def derived(text: str, kind: str) -> tuple[float, ...]:
    """The values of one kind that follow from the data of the text, sorted, without signs."""
    found = {abs(float(value)) for table in read_tables(text) for value in _DERIVED[kind](table)}
    return tuple(sorted(found))


def telling(text: str, wanted: float, tolerance: float) -> bool:
    """Whether the value follows from the data in some way, and hardly any other value so large would."""
    for kind in _DERIVED:
        values = derived(text, kind)
        if near(values, wanted, tolerance):
            about = bisect_left(values, 1.5 * wanted) - bisect_left(values, wanted / 1.5)
            if about * 2 * max(tolerance, 1e-9) < _CHANCE * wanted:
                return True
    return False


@lru_cache(maxsize=64)
def _by_two_steps(text: str) -> tuple[float, ...]:
    """Sums, differences and ratios of what the data shows and what follows by one step, of small tables only."""
    found: set[float] = set()
    for table in read_tables(text):
        cells = {float(v) for column in _columns(table) for v in column}
        first = {abs(float(v)) for kind in ("sum", "difference") for v in _DERIVED[kind](table)} | cells
        if len(first) * len(cells) > _MOST_PAIRS:
            continue
        for a in cells:
            for b in first:
                found |= {a + b, abs(a - b)}
                found |= {a / b, 100 * a / b} if b else set()
                found |= {b / a, 100 * b / a} if a else set()
    return tuple(sorted(found))


def telling_by_two(text: str, wanted: float, tolerance: float) -> bool:
    """Whether the value follows from the data by two steps, and hardly any other value so large would."""
    values = _by_two_steps(text)
    if not near(values, wanted, tolerance):
        return False
    about = bisect_left(values, 1.5 * wanted) - bisect_left(values, wanted / 1.5)
    return about * 2 * max(tolerance, 1e-9) < _CHANCE * wanted


def near(values: tuple[float, ...], wanted: float, tolerance: float) -> bool:
    """Whether one of the sorted values lies within the tolerance of the wanted one."""
    place = bisect_left(values, wanted - tolerance)
    return place < len(values) and values[place] <= wanted + tolerance


def counts_by_threshold(text: str, thresholds: Iterable[Fraction]) -> frozenset[int]:
    """How many rows lie above, at or below each threshold, for every numeric column."""
    found = set()
    for table in read_tables(text):
        for values in table.numbers.values():
            known = [Fraction(v) for v in values if v is not None]
            for limit in (*thresholds, sum(known, Fraction(0)) / len(known) if known else Fraction(0)):
                above, at = sum(v > limit for v in known), sum(v == limit for v in known)
                found |= {above, at, above + at, len(known) - above, len(known) - above - at}
    return frozenset(found)


def _columns(table: Table) -> Iterator[Values]:
    """The numeric columns without their gaps."""
    for values in table.numbers.values():
        yield tuple(Fraction(v) for v in values if v is not None)


def _by_row(table: Table) -> Iterator[Values]:
    for place in range(len(table.rows)):
        cells = [values[place] for values in table.numbers.values()]
        yield tuple(Fraction(v) for v in cells if v is not None)


def _groups(table: Table) -> Iterator[Values]:
    """The values of each numeric column for the rows that agree in another column."""
    for place in range(len(table.columns)):
        kinds = {row[place] for row in table.rows}
        if place in table.numbers or not 1 < len(kinds) <= MOST_GROUPS or len(kinds) == len(table.rows):
            continue
        for kind in kinds:
            for values in table.numbers.values():
                part = [v for v, row in zip(values, table.rows, strict=True) if row[place] == kind]
                yield tuple(Fraction(v) for v in part if v is not None)


def _runs(table: Table) -> Iterator[Values]:
    """The values of each numeric column for rows that follow one another."""
    for values in _columns(table):
        size = len(values)
        if size <= _MOST_ROWS:
            yield from (values[a:b] for a in range(size) for b in range(a + 2, size + 1))


def _parts(table: Table) -> list[Values]:
    return [*_columns(table), *_groups(table), *_by_row(table), *_runs(table)]


def _sums(table: Table) -> Iterator[Fraction]:
    yield from (sum(part, Fraction(0)) for part in _parts(table) if part)
    for values in (*_columns(table), *_by_row(table)):
        if len(values) <= _MOST_ROWS:
            yield from (a + b for a, b in combinations(values, 2))


def _means(table: Table) -> Iterator[Fraction]:
    yield from (sum(part, Fraction(0)) / len(part) for part in _parts(table) if part)
    rows = len(table.rows)
    yield from (sum(values, Fraction(0)) / rows for values in _columns(table) if rows)


def _medians(table: Table) -> Iterator[Fraction]:
    yield from (Fraction(median(part)) for part in (*_columns(table), *_groups(table)) if part)


def _compared(table: Table) -> Iterator[Values]:
    """Values that a text may set against each other: of a column, of a row, sums of groups, a value and the mean."""
    whole = [c for c in _columns(table) if c]
    yield from (c for c in whole if len(c) <= _MOST_ROWS)
    yield from _by_row(table)
    for column in whole:
        groups = [sum(g, Fraction(0)) for g in _groups(table) if g]
        if 1 < len(groups) <= MOST_GROUPS:
            yield tuple(groups)
        mean = sum(column, Fraction(0)) / len(column)
        yield from ((value, mean) for value in column[:_MOST_ROWS])
    if len(whole) > 1:
        yield tuple(sum(column, Fraction(0)) for column in whole)


def _differences(table: Table) -> Iterator[Fraction]:
    yield from (a - b for values in _compared(table) for a, b in combinations(values, 2))


def _ratios(table: Table) -> Iterator[Fraction]:
    for values in _compared(table):
        for a, b in combinations(values, 2):
            yield from (x / y for x, y in ((a, b), (b, a)) if y)


def _percents(table: Table) -> Iterator[Fraction]:
    """Shares and changes that a text may give without naming a row: of ends, extremes, groups and whole columns."""
    shares = [x / y for a, b in _opposed(table) for x, y in ((a, b), (b, a)) if y]
    for column in _columns(table):
        total = sum(column, Fraction(0))
        if total:
            ranked = sorted(column)
            shares += [value / total for value in (column[0], column[-1], *ranked[:1], *ranked[-2:])]
            shares += [sum(ranked[-n:], Fraction(0)) / total for n in range(2, 4)]
            shares += [sum(part, Fraction(0)) / total for part in _groups(table)]
    rows = len(table.rows)
    kinds = [Counter(cells) for cells in zip(*table.rows, strict=True)]
    shares += [Fraction(n, rows) for kind in kinds if len(kind) <= MOST_GROUPS for n in kind.values()]
    yield from _as_percent(shares)


def _opposed(table: Table) -> Iterator[tuple[Fraction, Fraction]]:
    """The ends and extremes of a column against each other and the mean, groups, and whole columns."""
    whole = [c for c in _columns(table) if c]
    for column in whole:
        ends = (column[0], column[-1]), (min(column), max(column))
        mean = sum(column, Fraction(0)) / len(column)
        yield from (*ends, *((value, mean) for value in ends[1]))
        groups = [sum(g, Fraction(0)) for g in _groups(table) if g]
        yield from combinations(groups[:MOST_GROUPS], 2) if len(groups) <= _FEW_GROUPS else ()
    yield from combinations([sum(column, Fraction(0)) for column in whole], 2)


def _pairs(table: Table) -> Iterator[Fraction]:
    """All shares: of any value, run or number of rows in the whole, and of any two values in each other."""
    shares = list(_ratios(table))
    for column in _columns(table):
        total = sum(column, Fraction(0))
        if total:
            shares += [value / total for value in column]
            shares += [sum(r, Fraction(0)) / total for r in _runs(table)] if len(column) <= 24 else []
    for row in _by_row(table):
        total = sum(row, Fraction(0))
        shares += [value / total for value in row if total]
    rows = len(table.rows)
    shares += [Fraction(n, rows) for n in range(1, rows)] if rows else []
    yield from _as_percent(shares)


def _as_percent(shares: Iterable[Fraction]) -> Iterator[Fraction]:
    for share in shares:
        yield 100 * share
        yield 100 * (share - 1)


def _counts(table: Table) -> Iterator[Fraction]:
    yield Fraction(len(table.rows))
    yield Fraction(len(table.columns))
    yield Fraction(len(table.columns) - 1)
    for place in range(len(table.columns)):
        cells = [row[place] for row in table.rows]
        kinds = set(cells)
        yield Fraction(len(kinds))
        if len(kinds) <= MOST_GROUPS:
            yield from (Fraction(cells.count(kind)) for kind in kinds)
            yield from (Fraction(len(cells) - cells.count(kind)) for kind in kinds)
        yield Fraction(sum(not cell.strip() for cell in cells))


_DERIVED: dict[str, Callable[[Table], Iterable[Fraction | float]]] = {
    "sum": _sums,
    "mean": _means,
    "median": _medians,
    "difference": _differences,
    "ratio": _ratios,
    "percent": _percents,
    "pair": _pairs,
    "count": _counts,
    "spread": lambda table: spreads((*_columns(table), *_groups(table))),
    "growth": growths,
    "product": products,
    "correlation": correlations,
    "rest": lambda table: rests((*_columns(table), *_groups(table))),
}
